import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user

MATCH = "C4S ERPNext Match"


class TestC4SERPNextMatch(FrappeTestCase):
	"""How they are found and decided is tested in crm4s/erpnext_link/tests/test_customers.py."""

	def tearDown(self):
		frappe.db.rollback()

	def test_two_customers_are_compared_once(self):
		row = {"doctype": MATCH, "customer": "A", "their_customer": "X", "their_name": "张伟", "reason": "Phone"}
		frappe.get_doc(row).db_insert()
		self.assertRaises(frappe.UniqueValidationError, frappe.get_doc(row).db_insert)

	def test_administrators_decide_and_nobody_else_does(self):
		for role, may in (("Administrator", True), ("ERPNext Link", False), ("CRM Manager", False)):
			with as_user(make_user(role)):
				rights = [bool(frappe.has_permission(MATCH, right)) for right in ("read", "write", "create")]
				self.assertEqual([may, may, False], rights, role)
