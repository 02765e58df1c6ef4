import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.workflows.loader import all_standards


def make_touchpoint(**overrides):
	values = {"doctype": "C4S Touchpoint", "document_type": "C4S Lead", "state": "Pending"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestTouchpoint(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_it_is_named_by_its_process_and_state_and_there_is_one_of_each(self):
		self.assertEqual("Lead: Pending", make_touchpoint().name)
		self.assertRaises(frappe.DuplicateEntryError, make_touchpoint)

	def test_only_documents_of_a_process_have_touchpoints(self):
		with self.assertRaisesRegex(frappe.ValidationError, "has no workflow state, so it has no touchpoints"):
			make_touchpoint(document_type="C4S Brand")

	def test_it_asks_only_for_fields_that_can_be_filled(self):
		self.assertTrue(make_touchpoint(entry_fields=[{"field_name": "needs"}]).name)
		for field_name in ("no_such_field", "masked_phone", "contacts", "needs_tab"):
			with self.assertRaisesRegex(frappe.ValidationError, f"Row 1 asks for .*{field_name}"):
				make_touchpoint(state="Approved", entry_fields=[{"field_name": field_name}])

	def test_every_state_of_our_workflows_has_one(self):
		workflows = [standard.values for standard in all_standards("Workflow")]
		states = {(workflow["document_type"], row["state"]) for workflow in workflows for row in workflow["states"]}
		written = {(s.values["document_type"], s.values["state"]) for s in all_standards("C4S Touchpoint")}
		self.assertEqual(states, written)

	def test_each_of_ours_says_what_is_expected_and_has_two_to_five_items(self):
		for standard in all_standards("C4S Touchpoint"):
			words = [standard.values.get(field) for field in ("expectation", "standard", "best_practice", "target_minutes")]
			self.assertTrue(all(words), standard.name)
			self.assertIn(len(standard.values["items"]), range(2, 6), standard.name)
