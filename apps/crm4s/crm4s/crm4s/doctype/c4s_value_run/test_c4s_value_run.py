import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]

RUN = "C4S Value Run"


class TestC4SValueRun(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_managers_read_what_was_found_and_only_a_run_writes_it(self):
		run = frappe.get_doc({"doctype": RUN, "as_of": "2001-05-03"})
		run.flags.by_job = True
		run = run.insert().name
		with as_user(make_user("CRM Manager", [make_dealership("VALUE-1").name])):
			self.assertEqual([True, False], [bool(frappe.has_permission(RUN, right, doc=run)) for right in ("read", "write")])
		with as_user(make_user("Sales Consultant", [make_dealership("VALUE-1").name])):
			self.assertFalse(frappe.has_permission(RUN, "read", doc=run))

	def test_a_store_s_manager_begins_none_and_reads_no_errors(self):
		run = frappe.get_doc({"doctype": RUN, "as_of": "2001-05-03", "error": "secret"})
		run.flags.by_job = True
		run = run.insert().name
		with as_user(make_user("CRM Manager", [make_dealership("VALUE-1").name])):
			self.assertFalse(frappe.has_permission(RUN, "create"))
			self.assertNotIn(1, frappe.get_meta(RUN).get_permlevel_access("read"))
		with as_user(make_user("Group Manager")):
			self.assertTrue(frappe.has_permission(RUN, "create"))
		self.assertEqual(1, frappe.get_meta(RUN).get_field("error").permlevel)

	def test_nobody_enters_one_by_hand(self):
		with self.assertRaises(frappe.ValidationError):
			frappe.get_doc({"doctype": RUN, "as_of": "2001-05-03"}).insert()
