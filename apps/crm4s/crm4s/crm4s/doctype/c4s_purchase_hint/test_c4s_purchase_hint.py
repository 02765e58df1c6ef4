import frappe
from frappe.tests.utils import FrappeTestCase


class TestPurchaseHint(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def make_hint(self, **values):
		return frappe.get_doc({"doctype": "C4S Purchase Hint", "hint": "Ask for the parking space.", **values}).insert()

	def test_a_hint_says_when_it_holds(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Say when the hint holds"):
			self.make_hint()
		self.assertTrue(self.make_hint(driving="In the City").name)

	def test_kilometres_are_in_order(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Kilometres per Year From must not be more"):
			self.make_hint(yearly_km_from=20000, yearly_km_to=8000)
