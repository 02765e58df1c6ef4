from datetime import date

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.calendars.working_hours import SpecialDay
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.store_hours import special_days, working_hours
from crm4s.tests.people import as_user, make_user

DAY = date(2031, 1, 23)


def make_holiday(day=DAY, **overrides):
	values = {"doctype": "C4S Holiday", "holiday_date": day, "holiday_name": "春节"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4SHoliday(FrappeTestCase):
	def setUp(self):
		make_dealership("HOL-REGION", node_kind="Region")
		make_dealership("HOL-IN", parent="HOL-REGION")
		make_dealership("HOL-OUT")

	def tearDown(self):
		frappe.db.rollback()

	def days_of(self, store: str) -> dict:
		return special_days(store, DAY, DAY)

	def test_a_day_of_the_group_closes_every_store(self):
		make_holiday()
		for store in ("HOL-IN", "HOL-OUT"):
			self.assertEqual({DAY: SpecialDay("春节")}, self.days_of(store))

	def test_a_day_of_a_region_closes_the_stores_below_it(self):
		make_holiday(dealership="HOL-REGION")
		self.assertEqual([True, False], [DAY in self.days_of(store) for store in ("HOL-IN", "HOL-OUT")])

	def test_what_stands_nearest_to_the_store_counts(self):
		make_holiday(dealership="HOL-IN", is_open=1, opens="10:00", closes="15:00", holiday_name="车展")
		make_holiday(dealership="HOL-REGION", holiday_name="盘点")
		make_holiday()
		self.assertEqual({DAY: SpecialDay("车展", ((600, 900),))}, self.days_of("HOL-IN"))
		self.assertEqual("春节", self.days_of("HOL-OUT")[DAY].label)

	def test_other_days_do_not_count(self):
		make_holiday(date(2031, 1, 24))
		self.assertEqual({}, self.days_of("HOL-IN"))

	def test_a_store_without_hours_is_open_around_the_clock(self):
		self.assertEqual(((0, 1440),), working_hours("HOL-OUT", DAY, DAY).spans_of(DAY))

	def test_other_hours_are_said_and_in_order(self):
		for hours in ({}, {"opens": "15:00", "closes": "10:00"}):
			with self.assertRaisesRegex(frappe.ValidationError, "needs when it opens and, later, when it closes"):
				make_holiday(is_open=1, **hours)

	def test_a_closed_day_has_no_hours(self):
		self.assertIsNone(make_holiday(opens="10:00", closes="15:00").opens)

	def test_a_day_is_entered_once_for_a_node(self):
		make_holiday()
		make_holiday(dealership="HOL-IN")
		with self.assertRaisesRegex(frappe.DuplicateEntryError, "is entered already, as .*春节"):
			make_holiday(holiday_name="除夕")

	def test_everybody_reads_and_managers_write_for_their_store_only(self):
		group = make_holiday()
		with as_user(make_user("Dealer Manager", ["HOL-IN"])):
			self.assertTrue(frappe.get_list("C4S Holiday", {"name": group.name}))
			make_holiday(date(2031, 1, 25), dealership="HOL-IN")
			for values in ({"dealership": "HOL-OUT"}, {}):
				with self.assertRaises(frappe.PermissionError):
					make_holiday(date(2031, 1, 26), **values)
			with self.assertRaises(frappe.PermissionError):
				frappe.get_doc("C4S Holiday", group.name).save()
