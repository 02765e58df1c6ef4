"""Who may not read a field finds nobody by it: no filter, order or group of the framework's lists says what its answer hides."""

import json
from urllib.parse import urlencode

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.rest import Caller
from crm4s.tests.people import make_user

CUSTOMER, LIST = "C4S Customer", "frappe.desk.reportview."
NO_VALUE = [[CUSTOMER, "value_class", "=", "No Value"]]


def asked(method: str, /, **values) -> tuple[str, str, dict]:
	return "POST", f"/api/method/{method}", {"doctype": CUSTOMER, **values}


def listed(**parameters) -> tuple[str, str, None]:
	return "GET", f"/api/resource/C4S%20Customer?{urlencode(parameters)}", None


def card(**values) -> str:
	return json.dumps({"document_type": CUSTOMER, "function": "Count", **values})


QUESTIONS = {
	"filters of a resource": listed(filters=json.dumps(NO_VALUE)),
	"filters as a dict": listed(filters=json.dumps({"value_class": "No Value"})),
	"alternatives": listed(or_filters=json.dumps(NO_VALUE)),
	"in escaped letters": listed(filters='[["C4S Customer", "value\\u005fclass", "=", "No Value"]]'),
	"in large letters": listed(filters=json.dumps([["Value_Class", "=", "No Value"]])),
	"the order": listed(order_by="value_class desc"),
	"groups": listed(group_by="value_class", fields='["count(name) as many"]'),
	"the desk's list": asked(f"{LIST}get", fields='["name"]', filters=json.dumps(NO_VALUE)),
	"the order of the desk's list": asked(f"{LIST}get", fields='["name"]', order_by="`tabC4S Customer`.`strategy` asc"),
	"groups of the desk's list": asked(f"{LIST}get_list", fields='["count(name) as many"]', group_by="`tabC4S Customer`.`abc_class`"),
	"how many": asked(f"{LIST}get_count", filters=json.dumps(NO_VALUE), fields="[]"),
	"tags beside a list": asked(f"{LIST}get_sidebar_stats", stats='["value_class"]', filters="[]"),
	"export": asked(f"{LIST}export_query", fields='["`tabC4S Customer`.`name`"]', filters=json.dumps(NO_VALUE), file_format_type="CSV"),
	"counts by group": asked("frappe.desk.listview.get_group_by_count", current_filters="[]", field="value_class"),
	"the client": asked("frappe.client.get_list", filters=json.dumps(NO_VALUE)),
	"how many by the client": asked("frappe.client.get_count", filters=json.dumps(NO_VALUE)),
	"one by the client": asked("frappe.client.get_value", filters=json.dumps({"value_class": "No Value"}), fieldname="name"),
	"a link's search": asked("frappe.desk.search.search_link", txt="No Value", searchfield="value_class"),
	"a link's filters": asked("frappe.desk.search.search_link", txt="", filters=json.dumps(NO_VALUE)),
	"the next one of a list": asked("frappe.desk.form.utils.get_next", value="CUST-1", prev=0, filters=json.dumps(NO_VALUE), sort_field="modified", sort_order="desc"),
	"a number card": ("POST", "/api/method/frappe.desk.doctype.number_card.number_card.get_result", {"doc": card(), "filters": json.dumps(NO_VALUE)}),
	"a card's own filters": ("POST", "/api/method/frappe.desk.doctype.number_card.number_card.get_result", {"doc": card(filters_json=json.dumps(NO_VALUE)), "filters": "[]"}),
	"old kind of address": ("POST", "/", {"cmd": f"{LIST}get_count", "doctype": CUSTOMER, "fields": "[]", "filters": json.dumps(NO_VALUE)}),
}


class TestClosedFields(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		store = make_dealership("E2E-CLOSED").name
		cls.customer = make_customer(store=store).name
		frappe.db.set_value(CUSTOMER, cls.customer, "value_class", "No Value")
		cls.receptionist, cls.manager = (Caller(make_user(role, [store])) for role in ("Receptionist", "CRM Manager"))
		cls.technician = Caller(make_user("Technician", [store]))
		frappe.db.commit()

	def test_nobody_asks_by_what_is_closed_to_him(self):
		for way, question in QUESTIONS.items():
			with self.subTest(way):
				status, answer = self.receptionist.send(*question)
				self.assertEqual((403, "PermissionError"), (status, answer.get("exc_type")))
				self.assertIn("You may not filter, sort or group by", answer["_server_messages"])

	def test_a_link_leads_to_no_closed_field(self):
		# Lists of ours know no other table, whatever its columns are.
		question = {"doctype": "C4S Lead", "fields": '["name"]', "filters": "[]", "order_by": "`tabC4S Customer_customer`.`value_class`"}
		self.assertEqual(417, self.receptionist.send("POST", f"/api/method/{LIST}get", question)[0])
		question = {"doctype": "C4S Lead", "fields": '["name"]', "filters": json.dumps({"customer.value_class": "No Value"})}
		self.assertEqual(403, self.receptionist.send("POST", f"/api/method/{LIST}get", question)[0])

	def test_a_row_of_a_table_is_asked_as_its_document(self):
		filters = json.dumps([["C4S Service Item", "cost", ">", 0]])
		question = {"doctype": "C4S Service Visit", "fields": '["name"]', "filters": filters}
		self.assertEqual(403, self.receptionist.send("POST", f"/api/method/{LIST}get", question)[0])
		self.assertEqual(200, self.manager.send("POST", f"/api/method/{LIST}get", question)[0])

	def test_who_reads_a_field_asks_by_it(self):
		self.assertEqual([{"name": self.customer}], self.manager.send(*listed(filters=json.dumps(NO_VALUE)))[1]["data"])
		self.assertEqual(1, self.manager.send(*asked("frappe.client.get_count", filters=json.dumps(NO_VALUE)))[1]["message"])

	def test_everybody_asks_by_what_is_open(self):
		self.assertEqual([{"name": self.customer}], self.receptionist.send(*listed(filters=json.dumps([["primary_phone", "is", "not set"]])))[1]["data"])
		fields = json.dumps(["name", "value_class"])
		self.assertEqual([{"name": self.customer}], self.receptionist.send(*listed(fields=fields, order_by="modified desc"))[1]["data"])
		self.assertEqual(403, self.technician.send(*listed(filters=json.dumps([["primary_phone", "like", "1380%"]])))[0])

	def test_a_saved_document_may_carry_the_names_of_closed_fields(self):
		document = self.receptionist.read(CUSTOMER, self.customer) | {"doctype": CUSTOMER, "value_class": None, "city": "苏州"}
		self.receptionist.call("frappe.desk.form.save.savedocs", doc=json.dumps(document), action="Save")
		self.receptionist.change(CUSTOMER, self.customer, city="无锡", value_class="High")
		self.assertEqual("No Value", self.manager.read(CUSTOMER, self.customer)["value_class"])
