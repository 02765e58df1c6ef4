"""Numbers of people over each road to the running server: forms, lists, files, versions, REST; and what the log says of it."""

import json
from urllib.parse import quote
from urllib.request import Request, urlopen

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.rest import Caller
from crm4s.tests.people import make_user

CUSTOMER, LOG = "C4S Customer", "C4S Access Log"
PHONE, NUMBER = "+8613800138491", "E12345679"
LIST, REPORT = "frappe.desk.reportview.export_query", "frappe.desk.query_report.export_query"
TOOL, SHEET = "frappe.core.doctype.data_export.exporter.export_data", "frappe.core.doctype.data_import.data_import.download_template"
COLUMNS = json.dumps(["`tabC4S Customer`.`name`", "`tabC4S Customer`.`primary_phone`", "`tabC4S Customer`.`identity_number`", "`tabC4S Customer`.`email`"])


class TestPersonalData(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		store = make_dealership("E2E-PERSONAL").name
		cls.customer = make_customer(PHONE, store=store, email="zhangwei@example.com", identity_document_type="Passport", identity_number=NUMBER).name
		cls.users = {role: make_user(role, [store]) for role in ("Receptionist", "CRM Manager", "Data Analyst", "Service Advisor")}
		cls.callers = {role: Caller(user) for role, user in cls.users.items()}
		frappe.db.commit()

	def setUp(self):
		super().setUp()
		frappe.db.rollback()

	def file(self, role: str, method: str, **values) -> tuple[int, str, str]:
		"""Status, name and words of the file that a role gets."""
		headers = {"Authorization": self.callers[role].token, "Content-Type": "application/json", "Accept-Language": "en"}
		with urlopen(Request(f"{ADDRESS}/api/method/{method}", json.dumps(values).encode(), headers), timeout=60) as answer:
			return answer.status, answer.headers.get("Content-Disposition", ""), answer.read().decode("utf-8", "replace")

	def logged(self, action: str, role: str) -> list[dict]:
		frappe.db.rollback()
		return frappe.get_all(LOG, {"action": action, "user": self.users[role]}, ["row_count", "criteria", "document", "document_type"])

	def list_of(self, **more) -> dict:
		filters = json.dumps([[CUSTOMER, "name", "=", self.customer]])
		return {"doctype": CUSTOMER, "fields": COLUMNS, "filters": filters, "file_format_type": "CSV", "title": "Customer", **more}

	def assert_no_number(self, words: str):
		for number in (PHONE, NUMBER, PHONE[3:], "zhangwei@example.com"):
			self.assertNotIn(number, words)

	def test_nobody_gets_the_document_number_from_a_form_or_list(self):
		for role, caller in self.callers.items():
			with self.subTest(role):
				answers = [
					caller.read(CUSTOMER, self.customer),
					caller.call("frappe.client.get", doctype=CUSTOMER, name=self.customer),
					caller.send("GET", f"/api/method/frappe.desk.form.load.getdoc?doctype={quote(CUSTOMER)}&name={self.customer}")[1],
					caller.call("frappe.desk.reportview.get", doctype=CUSTOMER, fields='["*"]', filters=[[CUSTOMER, "name", "=", self.customer]]),
				]
				self.assertNotIn(NUMBER, json.dumps(answers))

	def test_who_need_not_call_sees_no_phone_on_any_road(self):
		caller = self.callers["Data Analyst"]
		answers = [
			caller.read(CUSTOMER, self.customer),
			caller.send("GET", f"/api/method/frappe.desk.form.load.getdoc?doctype={quote(CUSTOMER)}&name={self.customer}")[1],
			caller.call("frappe.desk.reportview.get", doctype=CUSTOMER, fields=COLUMNS, filters=[[CUSTOMER, "name", "=", self.customer]]),
			caller.call("frappe.client.get_value", doctype=CUSTOMER, filters=self.customer, fieldname='["masked_phone"]'),
		]
		self.assertIn("138****8491", json.dumps(answers))
		self.assert_no_number(json.dumps(answers))
		self.assertEqual(PHONE, self.callers["Receptionist"].read(CUSTOMER, self.customer)["primary_phone"])

	def test_a_file_holds_masks_says_who_took_it_and_is_noted(self):
		status, name, words = self.file("CRM Manager", LIST, **self.list_of())
		self.assertEqual(200, status)
		self.assertIn("138****8491", words)
		self.assert_no_number(words)
		self.assertIn(self.users["CRM Manager"].split("@")[0], name)
		row = self.logged("Exported", "CRM Manager")[0]
		self.assertEqual((1, CUSTOMER), (row.row_count, row.document_type))
		self.assertIn(self.customer, row.criteria)

	def test_without_the_right_to_export_there_is_no_file(self):
		for method, values in ((LIST, self.list_of()), (TOOL, {"doctype": CUSTOMER, "with_data": 1}), (SHEET, {"doctype": CUSTOMER, "export_records": "all", "export_fields": {CUSTOMER: ["name"]}})):
			with self.subTest(method):
				self.assertEqual(403, self.callers["Service Advisor"].send("POST", f"/api/method/{method}", values)[0])
		self.assertEqual([], self.logged("Exported", "Service Advisor"))

	def test_the_export_tool_and_the_import_sheet_are_noted_and_masked(self):
		for method, values in (
			(TOOL, {"doctype": CUSTOMER, "with_data": 1, "file_type": "CSV", "filters": {"name": self.customer}}),
			(SHEET, {"doctype": CUSTOMER, "export_records": "by_filter", "export_fields": {CUSTOMER: ["name", "primary_phone", "masked_phone"]}, "export_filters": {"name": self.customer}}),
		):
			with self.subTest(method):
				before = len(self.logged("Exported", "CRM Manager"))
				words = self.file("CRM Manager", method, **values)[2]
				self.assertIn("138****8491", words)
				self.assert_no_number(words)
				logged = self.logged("Exported", "CRM Manager")
				self.assertEqual(before + 1, len(logged))
				self.assertEqual({1}, {row.row_count for row in logged})

	def test_whoever_reads_a_file_is_noted_by_form_and_rest(self):
		for role, path in (
			("Service Advisor", f"/api/resource/{quote(CUSTOMER)}/{self.customer}"),
			("Receptionist", f"/api/method/frappe.desk.form.load.getdoc?doctype={quote(CUSTOMER)}&name={self.customer}"),
		):
			with self.subTest(path):
				self.assertEqual(200, self.callers[role].send("GET", path)[0])
				self.assertIn(self.customer, [row.document for row in self.logged("Read", role)])

	def test_a_number_is_revealed_with_a_reason_and_noted(self):
		asked = {"doctype": CUSTOMER, "name": self.customer, "fieldname": "identity_number", "reason": "上牌"}
		self.assertEqual(NUMBER, self.callers["Receptionist"].call("crm4s.privacy.reveal.reveal", **asked))
		self.assertIn(self.customer, [row.document for row in self.logged("Revealed", "Receptionist")])
		self.assertEqual(403, self.callers["Data Analyst"].send("POST", "/api/method/crm4s.privacy.reveal.reveal", asked)[0])
		self.assertEqual(403, self.callers["Receptionist"].send("GET", f"/api/method/crm4s.privacy.reveal.reveal?doctype={quote(CUSTOMER)}&name=x&fieldname=primary_phone&reason=x")[0])
		self.assertEqual([], self.logged("Revealed", "Data Analyst"))

	def test_nobody_writes_or_deletes_rows_of_the_log(self):
		self.callers["CRM Manager"].read(CUSTOMER, self.customer)
		frappe.db.rollback()
		row = frappe.get_all(LOG, {"user": self.users["CRM Manager"]}, pluck="name")[0]
		for role, caller in self.callers.items():
			with self.subTest(role):
				self.assertEqual(403, caller.send("DELETE", f"/api/resource/{quote(LOG)}/{row}")[0])
				self.assertEqual(403, caller.send("PUT", f"/api/resource/{quote(LOG)}/{row}", {"reason": "x"})[0])
				self.assertEqual(403, caller.send("POST", f"/api/resource/{quote(LOG)}", {"action": "Read"})[0])
