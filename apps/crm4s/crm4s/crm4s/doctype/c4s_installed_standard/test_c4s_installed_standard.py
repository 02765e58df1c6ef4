import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.workflows.loader import load_standards
from crm4s.workflows.standards import fingerprint

CAUSE = "C4S Complaint Cause"


class TestC4SInstalledStandard(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.name = frappe.get_all(
			"C4S Installed Standard", filters={"document_type": CAUSE}, pluck="document_name", limit=1
		)[0]

	def test_nothing_is_installed_twice(self):
		self.assertEqual(0, load_standards())

	def test_what_an_admin_changed_is_not_overwritten(self):
		frappe.get_doc(CAUSE, self.name).update({"sequence": 999}).save()
		load_standards()
		self.assertEqual(999, frappe.db.get_value(CAUSE, self.name, "sequence"))

	def test_what_an_admin_deleted_does_not_come_back(self):
		frappe.delete_doc(CAUSE, self.name)
		load_standards()
		self.assertFalse(frappe.db.exists(CAUSE, self.name))

	def test_a_standard_that_points_at_what_an_admin_deleted_comes_without_it(self):
		category = {"document_type": "C4S Complaint Category", "document_name": "Points and Gifts"}
		frappe.db.delete("C4S Complaint Severity", {"name": "Minor"})
		frappe.db.delete("C4S Complaint Category", {"name": category["document_name"]})
		frappe.db.delete("C4S Installed Standard", category)
		load_standards()
		self.assertIsNone(frappe.db.get_value("C4S Complaint Category", category["document_name"], "proposed_severity"))

	def test_what_is_new_in_a_version_is_added(self):
		frappe.db.delete("C4S Installed Standard", {"document_type": CAUSE, "document_name": self.name})
		frappe.delete_doc(CAUSE, self.name)
		self.assertEqual(1, load_standards())
		self.assertTrue(frappe.db.exists(CAUSE, self.name))

	def test_a_document_that_was_there_already_is_left_and_remembered(self):
		frappe.db.delete("C4S Installed Standard", {"document_type": CAUSE, "document_name": self.name})
		self.assertEqual(0, load_standards())
		self.assertTrue(frappe.db.exists("C4S Installed Standard", {"document_name": self.name}))

	def test_the_fingerprint_follows_the_content_not_the_order_of_keys(self):
		self.assertEqual(fingerprint({"a": 1, "b": "二"}), fingerprint({"b": "二", "a": 1}))
		self.assertNotEqual(fingerprint({"a": 1}), fingerprint({"a": 2}))
