"""What stands in tables of documents stays with the stores that see the documents."""

import frappe
import frappe.client
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.end_to_end.one_of_each import make_one_of_each
from crm4s.tests.people import as_user, make_user

TABLES = {
	"C4S Customer Phone": "C4S Customer",
	"C4S Vehicle Party": "C4S Vehicle",
	"C4S Deal Item": "C4S Deal",
	"C4S Appraisal Photo": "C4S Used Car Appraisal",
	"C4S Appraisal Point": "C4S Used Car Appraisal",
	"C4S Appraisal Document": "C4S Used Car Appraisal",
	"C4S Deal Payment": "C4S Deal",
	"C4S Quotation Line": "C4S Quotation Version",
	"C4S Service Item": "C4S Service Visit",
	"C4S Appointment Item": "C4S Service Appointment",
	"C4S Dispatch Fee": "C4S Dispatch Order",
	"C4S Policy Coverage": "C4S Insurance Policy",
	"C4S Claim Loss": "C4S Insurance Claim",
	"C4S Claim Document": "C4S Insurance Claim",
	"C4S Test Drive Rating": "C4S Test Drive",
	"C4S Survey Answer": "C4S Survey Response",
	"C4S Campaign Channel": "C4S Campaign",
}


class TestRowsOfTables(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		make_one_of_each("T-OURS")
		make_dealership("T-THEIRS")

	def rows(self, table: str, store: str) -> list:
		with as_user(make_user("Dealer Manager", stores=[store])):
			return frappe.get_list(table, parent_doctype=TABLES[table], pluck="name")

	def test_the_own_store_lists_them(self):
		for table in TABLES:
			self.assertTrue(self.rows(table, "T-OURS"), table)

	def test_another_store_does_not(self):
		for table in TABLES:
			self.assertEqual([], self.rows(table, "T-THEIRS"), table)

	def test_one_row_is_refused_to_another_store(self):
		for table in TABLES:
			row = frappe.get_last_doc(table)
			with as_user(make_user("Dealer Manager", stores=["T-OURS"])):
				self.assertTrue(frappe.get_doc(table, row.name).has_permission("read"), table)
			with as_user(make_user("Dealer Manager", stores=["T-THEIRS"])):
				self.assertFalse(frappe.get_doc(table, row.name).has_permission("read"), table)
				self.assertRaises(frappe.PermissionError, frappe.client.get, table, row.name, parent=TABLES[table])
