import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user

WAITING = "C4S DMS Waiting Record"


class TestC4SDMSWaitingRecord(FrappeTestCase):
	"""What becomes of waiting records is tested in crm4s/dms/intake/tests/test_waiting.py."""

	def test_a_record_waits_once(self):
		row = {"doctype": WAITING, "link": "L", "entity": "Customer", "external_id": "a1", "state": "Waiting"}
		frappe.get_doc(row).db_insert()
		self.assertRaises(frappe.UniqueValidationError, frappe.get_doc({**row, "name": None}).db_insert)

	def test_administrators_look_and_drop_and_nobody_else_does(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("CRM Manager", False)):
			with as_user(make_user(role)):
				rights = [bool(frappe.has_permission(WAITING, right)) for right in ("read", "delete", "write", "create")]
				self.assertEqual([may, may, False, False], rights, role)
