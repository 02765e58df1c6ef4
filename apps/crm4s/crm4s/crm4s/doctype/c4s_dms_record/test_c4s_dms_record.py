import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user

RECORD = "C4S DMS Record"


class TestC4SDMSRecord(FrappeTestCase):
	def test_a_number_of_a_link_is_one_document_of_an_entity(self):
		row = {"doctype": RECORD, "link": "L", "entity": "Customer", "external_id": "a1", "document_type": "C4S Customer", "document": "X"}
		frappe.get_doc(row).db_insert()
		frappe.get_doc({**row, "entity": "Vehicle"}).db_insert()
		self.assertRaises(frappe.UniqueValidationError, frappe.get_doc({**row, "external_id": "A1"}).db_insert)

	def test_administrators_look_and_nobody_writes(self):
		for role, reads in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				rights = [bool(frappe.has_permission(RECORD, right)) for right in ("read", "write", "create", "delete")]
				self.assertEqual([reads, False, False, False], rights, role)
