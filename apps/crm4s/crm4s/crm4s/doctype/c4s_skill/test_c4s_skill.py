import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestSkill(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_advisors_choose_and_workshop_managers_keep_the_list(self):
		for role, may_write in (("Service Advisor", False), ("Technician", False), ("Workshop Manager", True), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Skill", "select", "High Voltage"))
				self.assertEqual(may_write, frappe.has_permission("C4S Skill", "write", "High Voltage"))
