import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]

RUN = "C4S Group Data Run"


class TestC4SGroupDataRun(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.addCleanup(frappe.set_user, "Administrator")
		# Who works for the only store there is sees all of them.
		make_dealership("GD-RUN-2")
		run = frappe.get_doc({"doctype": RUN, "status": "Done", "row_count": 7})
		run.flags.by_job = True
		self.run_of_all = run.insert().name

	def test_who_sees_all_stores_reads_what_was_exported_and_nobody_of_a_store_does(self):
		with as_user(make_user("Group Manager")):
			self.assertEqual([self.run_of_all], frappe.get_list(RUN, {"name": self.run_of_all}, pluck="name"))
		for role, stores in (("Group Manager", [make_dealership("GD-RUN-1").name]), ("Administrator", [make_dealership("GD-RUN-1").name])):
			with as_user(make_user(role, stores)):
				self.assertFalse(frappe.has_permission(RUN, "read", doc=self.run_of_all))
				self.assertEqual([], frappe.get_list(RUN, pluck="name"))

	def test_nobody_enters_one_by_hand(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Begin an export from the settings"):
			frappe.get_doc({"doctype": RUN, "status": "Done"}).insert()
