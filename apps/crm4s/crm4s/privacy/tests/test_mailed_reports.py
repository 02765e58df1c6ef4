"""What the framework sends by letter on its own leaves as a file does."""

import io
import json

import frappe
from frappe.tests.utils import FrappeTestCase
from openpyxl import load_workbook

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.privacy import audit
from crm4s.tests.people import make_user

test_ignore = ["User"]
CUSTOMER, STORE, TO = "C4S Customer", "MAILED-1", "boss@example.com"


class TestMailedReports(FrappeTestCase):
	def setUp(self):
		make_customer(store=make_dealership(STORE).name)
		self.manager = make_user("CRM Manager", [STORE])
		frappe.db.delete(audit.ACCESS_LOG)
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		account = {"email_account_name": "Reports", "email_id": "crm@example.com", "enable_outgoing": 1, "default_outgoing": 1, "smtp_server": "127.0.0.1"}
		frappe.get_doc({"doctype": "Email Account", "name": "Reports", **account}).db_insert()
		self.addCleanup(frappe.clear_cache, doctype="Email Account")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def report(self, *fields: str) -> str:
		columns = {"fields": [[field, CUSTOMER] for field in fields]}
		values = {"ref_doctype": CUSTOMER, "report_type": "Report Builder", "is_standard": "No", "json": json.dumps(columns)}
		return frappe.get_doc({"doctype": "Report", "report_name": frappe.generate_hash(length=8), **values}).insert().name

	def letter(self, *fields: str, user: str | None = None, file_format: str = "XLSX", **values):
		about = {"report": self.report(*fields), "report_type": "Report Builder", "user": user or self.manager, "email_to": TO, "format": file_format, "enabled": 1}
		return frappe.get_doc({"doctype": "Auto Email Report", "frequency": "Daily", "no_of_rows": 100, **about, **values}).insert()

	def noted(self) -> list:
		return frappe.get_all(audit.ACCESS_LOG, {"action": audit.EXPORTED}, ["user", "document_type", "row_count", "criteria"])

	def test_a_letter_is_noted_with_its_report_rows_and_recipients(self):
		for file_format in ("HTML", "XLSX", "CSV"):
			with self.subTest(file_format):
				frappe.db.delete(audit.ACCESS_LOG)
				letter = self.letter("name", "customer_name", file_format=file_format)
				letter.send()
				(row,) = self.noted()
				self.assertEqual((self.manager, CUSTOMER, 1), (row.user, row.document_type, row.row_count))
				self.assertEqual((letter.report, [TO]), tuple(json.loads(row.criteria)[key] for key in ("report", "sent_to")))

	def test_it_says_in_whose_name_and_when_it_was_made(self):
		letter = self.letter("name", "customer_name")
		letter.flags.by_letter = True
		book = load_workbook(io.BytesIO(letter.get_report_content()))
		self.assertEqual(self.manager, book.properties.creator)
		self.assertRegex(letter.get_file_name(), rf" {self.manager} \d{{4}}-\d\d-\d\d \d{{4}}\.xlsx$")

	def test_numbers_do_not_leave_by_letter(self):
		with self.assertRaisesRegex(frappe.PermissionError, "shows personal data in full"):
			self.letter("name", "primary_phone")
		letter = self.letter("name")
		frappe.db.set_value("Report", letter.report, "json", json.dumps({"fields": [["primary_phone", CUSTOMER]]}))
		frappe.clear_document_cache("Report", letter.report)
		self.assertRaises(frappe.PermissionError, letter.send)

	def test_who_may_not_export_gets_no_letter_either(self):
		with self.assertRaisesRegex(frappe.PermissionError, "may not export"):
			self.letter("name", user=make_user("Sales Consultant", [STORE]))
