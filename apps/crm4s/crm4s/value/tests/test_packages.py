import unittest
from datetime import date
from decimal import Decimal

from crm4s.value.packages import discounts, fits_car, minutes_of, season_day, season_start


class TestSeason(unittest.TestCase):
	def test_what_is_no_day_of_the_calendar_is_none(self):
		for text in (None, "", "13-01", "02-30", "11", "November", "1-2-3"):
			self.assertIsNone(season_day(text), text)
		self.assertEqual((2, 29), season_day("02-29"))

	def test_in_january_the_season_began_last_year(self):
		self.assertEqual(date(2025, 11, 1), season_start("11-01", "03-31", date(2026, 1, 5)))
		self.assertEqual(date(2026, 11, 1), season_start("11-01", "03-31", date(2026, 11, 1)))
		self.assertIsNone(season_start("11-01", "03-31", date(2026, 4, 1)))

	def test_a_season_within_a_year(self):
		self.assertEqual(date(2026, 5, 1), season_start("05-01", "08-31", date(2026, 8, 31)))
		self.assertIsNone(season_start("05-01", "08-31", date(2026, 9, 1)))


class TestDiscounts(unittest.TestCase):
	def test_they_bring_the_lines_to_the_price(self):
		shares = discounts([(1, 33.33)] * 3, 70)
		self.assertEqual(Decimal("29.99"), sum(shares))
		self.assertLessEqual(max(shares) - min(shares), Decimal("0.01"))

	def test_a_package_without_a_price_takes_nothing_off(self):
		self.assertEqual([0, 0], discounts([(1, 5), (2, 7)], None))

	def test_lines_that_cost_nothing_bear_nothing(self):
		self.assertEqual([Decimal("0.00"), Decimal("10.00")], discounts([(1, 0), (1, 100)], 90))


class TestCarsAndMinutes(unittest.TestCase):
	def test_no_rows_mean_every_car(self):
		self.assertTrue(fits_car([], None, None, None))

	def test_all_that_a_row_names_must_be_so(self):
		row = {"brand": "B", "energy_type": "Petrol"}
		self.assertTrue(fits_car([row], "M", "B", "Petrol"))
		self.assertFalse(fits_car([row], "M", "B", "Diesel"))

	def test_minutes_are_those_given_or_the_hours_of_labour(self):
		self.assertEqual((90, 20, 0), (minutes_of("Labour", 1.5, 0), minutes_of("Labour", 1.5, 20), minutes_of("Part", 2, None)))
