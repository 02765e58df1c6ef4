import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.workflows.loader import load_standards
from crm4s.workflows.standards import fingerprint

SEVERITY = "C4S Complaint Severity"


class TestC4SInstalledStandard(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.name = frappe.get_all(
			"C4S Installed Standard", filters={"document_type": SEVERITY}, pluck="document_name", limit=1
		)[0]

	def test_nothing_is_installed_twice(self):
		self.assertEqual(0, load_standards())

	def test_what_an_admin_changed_is_not_overwritten(self):
		frappe.get_doc(SEVERITY, self.name).update({"resolution_hours": 999}).save()
		load_standards()
		self.assertEqual(999, frappe.db.get_value(SEVERITY, self.name, "resolution_hours"))

	def test_what_an_admin_deleted_does_not_come_back(self):
		frappe.delete_doc(SEVERITY, self.name)
		load_standards()
		self.assertFalse(frappe.db.exists(SEVERITY, self.name))

	def test_what_is_new_in_a_version_is_added(self):
		frappe.db.delete("C4S Installed Standard", {"document_type": SEVERITY, "document_name": self.name})
		frappe.delete_doc(SEVERITY, self.name)
		self.assertEqual(1, load_standards())
		self.assertTrue(frappe.db.exists(SEVERITY, self.name))

	def test_a_document_that_was_there_already_is_left_and_remembered(self):
		frappe.db.delete("C4S Installed Standard", {"document_type": SEVERITY, "document_name": self.name})
		self.assertEqual(0, load_standards())
		self.assertTrue(frappe.db.exists("C4S Installed Standard", {"document_name": self.name}))

	def test_the_fingerprint_follows_the_content_not_the_order_of_keys(self):
		self.assertEqual(fingerprint({"a": 1, "b": "二"}), fingerprint({"b": "二", "a": 1}))
		self.assertNotEqual(fingerprint({"a": 1}), fingerprint({"a": 2}))
