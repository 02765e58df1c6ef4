import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.customer_value.api import run_now
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]

RUN = "C4S Value Run"


def tops() -> list[str]:
	"""The nodes of the dealership tree that stand below no other."""
	return frappe.get_all("C4S Dealership", {"parent_c4s_dealership": ["in", ["", None]]}, pluck="name")


class TestC4SValueRun(FrappeTestCase):
	def setUp(self):
		# Who works for the only store there is sees all of them.
		make_dealership("VALUE-2")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def run_of_all(self) -> str:
		run = frappe.get_doc({"doctype": RUN, "as_of": "2001-05-03", "error": "secret"})
		run.flags.by_job = True
		return run.insert().name

	def test_who_sees_all_stores_reads_what_was_found_and_only_a_run_writes_it(self):
		run = self.run_of_all()
		with as_user(make_user("Group Manager")):
			self.assertEqual([True, False], [bool(frappe.has_permission(RUN, right, doc=run)) for right in ("read", "write")])
			self.assertEqual([run], frappe.get_list(RUN, {"name": run}, pluck="name"))
		with as_user(make_user("CRM Manager", tops())):
			self.assertEqual([run], frappe.get_list(RUN, {"name": run}, pluck="name"))

	def test_a_store_s_manager_reads_no_counts_of_the_group(self):
		run = self.run_of_all()
		for role in ("CRM Manager", "Dealer Manager", "Data Analyst", "Sales Consultant"):
			with as_user(make_user(role, [make_dealership("VALUE-1").name])):
				self.assertFalse(frappe.has_permission(RUN, "read", doc=run), role)
		with as_user(make_user("CRM Manager", [make_dealership("VALUE-1").name])):
			self.assertEqual([], frappe.get_list(RUN, pluck="name"))

	def test_a_store_begins_no_run_of_the_group(self):
		with as_user(make_user("CRM Manager", [make_dealership("VALUE-1").name])):
			self.assertFalse(frappe.has_permission(RUN, "create"))
			self.assertNotIn(1, frappe.get_meta(RUN).get_permlevel_access("read"))
		with as_user(make_user("Data Analyst", [make_dealership("VALUE-1").name])), self.assertRaises(frappe.PermissionError):
			run_now()
		with as_user(make_user("Group Manager")):
			self.assertTrue(frappe.has_permission(RUN, "create"))
		self.assertEqual(1, frappe.get_meta(RUN).get_field("error").permlevel)

	def test_nobody_enters_one_by_hand(self):
		with self.assertRaises(frappe.ValidationError):
			frappe.get_doc({"doctype": RUN, "as_of": "2001-05-03"}).insert()
