import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.tests.lookups import LookupTests


def make_festival(name: str, **overrides):
	return frappe.get_doc({"doctype": "C4S Festival", "festival": name, "reckoned_by": "Solar Date", "month": 5, "day": 4, **overrides}).insert()


class TestC4SFestival(LookupTests, FrappeTestCase):
	lookup, standard = "C4S Festival", "Spring Festival"
	choosers = ("CRM Specialist",)

	def test_a_day_that_no_calendar_has_is_refused(self):
		for values in (
			{"month": 13}, {"month": 2, "day": 30}, {"reckoned_by": "Lunar Date", "day": 31},
			{"reckoned_by": "Weekday of Month", "weekday": "Sunday", "day": 6}, {"reckoned_by": "Weekday of Month", "day": 1},
			{"reckoned_by": "Solar Term"},
		):
			with self.subTest(values), self.assertRaises(frappe.ValidationError):
				make_festival("Test Day", **values)

	def test_it_says_when_it_is_next(self):
		festival = frappe.get_doc("C4S Festival", "Mid-Autumn Festival")
		self.assertTrue(getdate() <= festival.next_on)
		self.assertTrue(festival.as_festival().is_on(festival.next_on))

	def test_it_keeps_only_what_its_calendar_asks_for(self):
		festival = make_festival("Test Eve", reckoned_by="Lunar New Year's Eve", weekday="Sunday", solar_term="Rain Water")
		self.assertEqual((0, 0, None, None), (festival.month, festival.day, festival.weekday, festival.solar_term))
