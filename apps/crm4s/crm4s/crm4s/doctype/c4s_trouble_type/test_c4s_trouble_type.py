import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestTroubleType(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_those_who_take_calls_choose_and_workshop_managers_keep_the_list(self):
		for role, may_write in (("Receptionist", False), ("Service Advisor", False), ("Workshop Manager", True), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Trouble Type", "select", "Flat Battery"))
				self.assertEqual(may_write, frappe.has_permission("C4S Trouble Type", "write", "Flat Battery"))

	def test_every_trouble_that_is_installed_has_standards(self):
		for name in ("Flat Battery", "Flat Tyre", "Out of Fuel", "Accident", "Locked Out", "Towing"):
			trouble = frappe.get_doc("C4S Trouble Type", name)
			self.assertTrue(trouble.dispatch_minutes and trouble.arrival_minutes and trouble.on_site_minutes, name)
