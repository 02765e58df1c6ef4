import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user

RECORD = "C4S ERPNext Record"


class TestC4SERPNextRecord(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_pair_is_unique_from_both_sides(self):
		row = {"doctype": RECORD, "document_type": "C4S Customer", "document": "A", "part": "", "their_type": "Customer", "their_document": "X"}
		frappe.get_doc(row).db_insert()
		frappe.get_doc({**row, "part": "Warranty", "their_document": "Y"}).db_insert()
		self.assertRaises(frappe.UniqueValidationError, frappe.get_doc({**row, "their_document": "Z"}).db_insert)
		self.assertRaises(frappe.UniqueValidationError, frappe.get_doc({**row, "document": "B"}).db_insert)

	def test_administrators_look_and_nobody_writes(self):
		for role, reads in (("Administrator", True), ("ERPNext Link", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				rights = [bool(frappe.has_permission(RECORD, right)) for right in ("read", "write", "create", "delete")]
				self.assertEqual([reads, False, False, False], rights, role)
