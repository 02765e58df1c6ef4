import frappe
from frappe.tests.utils import FrappeTestCase


def make_step(**overrides):
	values = {"doctype": "C4S Escalation Step", "step_name": "T-STEP", "document_type": "C4S Complaint", "percent": 50, "to_whom": "Handler"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestEscalationStep(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_only_what_has_deadlines_climbs(self):
		with self.assertSaysWhy("Customer has no deadlines; choose one of: .*Complaint"):
			make_step(document_type="C4S Customer")

	def test_it_says_after_how_much_of_the_time(self):
		for percent in (0, -1, 1001):
			with self.assertSaysWhy("must be between 1 and 1000"):
				make_step(percent=percent)

	def test_it_says_whom_it_tells(self):
		with self.assertSaysWhy("Say which Role is told"):
			make_step(to_whom="Role")
		self.assertIsNone(make_step(role="C4S CRM Manager").role)
