import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user

CONFLICT = "C4S DMS Conflict"


class TestC4SDMSConflict(FrappeTestCase):
	"""How conflicts come and go is tested in crm4s/dms/intake/tests/test_ownership.py."""

	def test_a_field_is_in_conflict_once(self):
		row = {"doctype": CONFLICT, "link": "L", "entity": "Customer", "external_id": "1", "document_type": "C4S Customer", "document": "X", "field": "email"}
		frappe.get_doc(row).db_insert()
		self.assertRaises(frappe.UniqueValidationError, frappe.get_doc(row).db_insert)

	def test_administrators_decide_and_nobody_else_does(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("CRM Manager", False)):
			with as_user(make_user(role)):
				rights = [bool(frappe.has_permission(CONFLICT, right)) for right in ("read", "write", "create")]
				self.assertEqual([may, may, False], rights, role)
