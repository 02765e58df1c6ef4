"""What holds for every small list that few keep and staff choose from."""

import frappe

from crm4s.tests.people import as_user, make_user


class LookupTests:
	"""Mix into a FrappeTestCase and name the `lookup`, one `standard` entry that is installed with the app, and who else than administrators keeps it."""

	lookup: str
	standard: str
	choosers = ("Receptionist", "Technician")
	keeper = "CRM Manager"

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_the_standard_entries_are_installed(self):
		self.assertTrue(frappe.db.get_value(self.lookup, self.standard, "enabled"))

	def test_staff_choose_from_the_list_and_their_managers_keep_it(self):
		for role, may_write in (*((chooser, False) for chooser in self.choosers), (self.keeper, True), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission(self.lookup, "select", self.standard))
				self.assertEqual(may_write, frappe.has_permission(self.lookup, "write", self.standard))
