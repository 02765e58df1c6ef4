import frappe
from frappe.tests.utils import FrappeTestCase


class TestCampaignKind(FrappeTestCase):
	def test_the_kinds_of_the_trade_are_there_with_what_belongs_to_them(self):
		rows = {row.name: row for row in frappe.get_all("C4S Campaign Kind", fields=["*"])}
		self.assertLessEqual(
			{"Launch Event", "Limited Offer", "Owner Club Event", "Driving Class", "Family Day", "Charity Event", "Owner Interview", "Free Inspection", "Gift Issue"},
			set(rows),
		)
		self.assertEqual((1, 1, 1), (rows["Family Day"].has_registrations, rows["Gift Issue"].has_gifts, rows["Owner Interview"].has_interviews))
		self.assertTrue(all(row.registration_template and row.reminder_template for row in rows.values() if row.has_registrations))
