"""What a list can read, and what it cannot."""

import frappe
from frappe.tests.utils import FrappeTestCase
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from crm4s.access.shapes import are_fields, are_filters, is_name, is_number, is_text
from crm4s.access.well_formed import refuse_malformed
from crm4s.tests.asked import ask
from crm4s.tests.local_values import local_values_as_they_were

CUSTOMER = "C4S Customer"


class TestKinds(FrappeTestCase):
	def test_filters_as_the_desk_and_integrators_send_them_are_read(self):
		for filters in (
			*(None, "", "CUST-1", "[]", "{}", '{"city": "苏州"}', '{"city": ["in", ["苏州", "无锡"]]}', '[["city", "=", "苏州"]]'),
			*([["C4S Customer", "city", "is", "set", False]], [["creation", "between", ["2026-01-01", "2026-02-01"]]], [{"city": "苏州"}], {"disabled": 0}),
			*([["C4S Customer", "city", "in", [None, "苏州"]]], {"name": ["a", "b", "c"]}),
		):
			self.assertTrue(are_filters(filters), filters)

	def test_filters_that_nobody_can_read_are_not(self):
		for filters in (7, True, "[", '{"a"', [7], ["name"], [[]], [["a", ["b"], "c"]], {"a": {"b": 1}}, {"a": [["b"], 1, 2]}, [["a", "=", "b\0"]], "[[1]]", {"a": 10**40}):
			self.assertFalse(are_filters(filters), filters)

	def test_fields_are_a_name_or_a_list_of_names(self):
		self.assertTrue(all(map(are_fields, (None, "name", '["name"]', ["name"], {"city": "苏州"}))))
		self.assertFalse(any(map(are_fields, ([1], [["name"]], "[1]", '["name"'))))

	def test_counts_are_digits(self):
		self.assertTrue(all(map(is_number, (None, "", 0, "20", 500))))
		self.assertFalse(any(map(is_number, (-1, "1; select", 10**40, 1.5, [1], "x"))))

	def test_names_are_as_long_as_the_database_holds_them(self):
		self.assertTrue(is_name(CUSTOMER) and is_name(None) and is_text("客户"))
		self.assertFalse(is_name("x" * 141) or is_name([CUSTOMER]) or is_name(1) or is_name("a\0") or is_text({}))


class TestRequests(FrappeTestCase):
	def test_a_list_refuses_what_it_cannot_read_in_words(self):
		answer = ask("Administrator", "frappe.client.get_list", doctype=CUSTOMER, filters=7)
		self.assertEqual((417, "<strong>filters</strong> is not in a form that can be read."), (answer.status, str(answer.error)))
		self.assertEqual(200, ask("Administrator", "frappe.client.get_list", doctype=CUSTOMER, filters=[["city", "=", "苏州"]]).status)

	def test_what_another_application_is_asked_is_its_own_to_answer(self):
		for filters in (7, [["ToDo", "status", "=", "Open"]]):
			said = str(ask("Administrator", "frappe.client.get_list", doctype="ToDo", filters=filters).error or "")
			self.assertNotIn("is not in a form", said)

	def test_what_is_missing_is_named(self):
		for method, missing in (("frappe.desk.form.utils.get_next", "doctype"), ("crm4s.leads.pool.take", "lead")):
			answer = ask("Administrator", method)
			self.assertEqual((417, f"<strong>{missing}</strong> is missing."), (answer.status, str(answer.error)))

	def test_our_methods_take_lists_as_such_or_as_json(self):
		answer = ask("Administrator", "crm4s.leads.pool.give_back", leads="LEAD-1", reason="x")
		self.assertEqual((417, "<strong>leads</strong> is not in a form that can be read."), (answer.status, str(answer.error)))
		self.assertEqual([200, 200], [ask("Administrator", "crm4s.leads.pool.give_back", leads=leads, reason="x").status for leads in ([], "[]")])

	def test_a_type_that_does_not_exist_is_not_looked_for(self):
		for doctype in ("%s", "", 7, "C4S Customer` -- "):
			self.assertEqual(404, ask("Administrator", "frappe.client.get_list", doctype=doctype).status, doctype)
		self.assertEqual(404, ask("Administrator", "crm4s.workflows.actions.get_panel", document_type="%s", document_name="x").status)

	def test_a_list_is_asked_by_columns_that_it_has(self):
		for method, asked in (
			("frappe.client.get_list", {"order_by": "customer.customer_name asc"}),
			("frappe.client.get_list", {"fields": ["name", "max(`tabUser`.`name`)"]}),
			("frappe.client.get_list", {"filters": [["C4S Care Rule", "name", "!=", None]]}),
			("frappe.client.get_count", {"filters": {"no_such_field": 1}}),
			("frappe.desk.reportview.get", {"fields": ["count(name) as many"], "group_by": "no_such_field"}),
			("frappe.desk.form.utils.get_next", {"value": "x", "prev": 0, "filters": "{}"}),
			("frappe.desk.listview.get_group_by_count", {"field": "status", "current_filters": "nul"}),
			("frappe.desk.search.search_widget", {"txt": "x", "filters": "fals"}),
			("frappe.desk.search.search_widget", {"txt": "x", "filters": ""}),
			("frappe.desk.form.utils.get_next", {"value": "x", "prev": 0, "filters": "null"}),
			("frappe.client.get_list", {"fields": "nul"}),
			("frappe.client.get_list", {"fields": "9223372036854775808"}),
			("frappe.client.get_list", {"fields": ["parent"]}),
		):
			with self.subTest(method, **asked):
				self.assertEqual(417, ask("Administrator", method, doctype="C4S Lead", **asked).status)

	def test_what_the_desk_asks_a_list_is_answered(self):
		for method, asked in (
			("frappe.client.get_list", {"order_by": "`tabC4S Customer`.`modified` desc", "filters": [["C4S Customer Phone", "phone", "=", "x"], ["C4S Customer", "_user_tags", "like", "%a%"]]}),
			("frappe.client.get_list", {"order_by": "tabC4S Customer.modified desc, name", "filters": {"owner": "x", "docstatus": ["<", 2]}}),
			("frappe.desk.reportview.get", {"fields": ["`tabC4S Customer`.`name`", "count(`tabC4S Customer`.`name`) as count"], "group_by": "`tabC4S Customer`.`city`", "filters": "[]"}),
			("frappe.desk.search.search_link", {"txt": "", "filters": '{"disabled": 0}'}),
			("frappe.client.get_list", {"fields": "name, city"}),
			("frappe.client.get_list", {"fields": '["name", "no_such_field"]', "filters": "null"}),
			("frappe.desk.listview.get_group_by_count", {"field": "city", "current_filters": "[]"}),
		):
			with self.subTest(method, **asked):
				answer = ask("Administrator", method, doctype=CUSTOMER, **asked)
				self.assertNotIn("is not in a form", str(answer.error or ""))

	def test_a_list_costs_no_question_to_the_database_for_its_shape(self):
		asked = {"doctype": CUSTOMER, "filters": [["city", "=", "苏州"]], "fields": ["name"]}
		with local_values_as_they_were("request", "form_dict"):
			frappe.local.request = Request(EnvironBuilder(method="POST", path="/api/method/frappe.client.get_list", json=asked).get_environ())
			for doctype in (CUSTOMER, "ToDo"):
				frappe.local.form_dict = frappe._dict(asked, doctype=doctype, cmd="frappe.client.get_list")
				refuse_malformed()
				with self.assertQueryCount(0):
					refuse_malformed()

	def test_a_report_asks_for_filters_by_name(self):
		self.assertEqual(417, ask("Administrator", "frappe.desk.query_report.run", report_name="C4S Lead Funnel", filters=[["a", "b"]]).status)

	def test_methods_that_are_no_lists_say_for_themselves_what_they_take(self):
		answer = ask("Administrator", "frappe.desk.form.save.savedocs", doc=frappe.as_json({"doctype": "ToDo", "description": "x"}), action="Save", filters=7)
		self.assertEqual(200, answer.status)
