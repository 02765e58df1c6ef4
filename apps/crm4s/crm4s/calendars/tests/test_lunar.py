import unittest
from datetime import date, datetime, time, timedelta

from crm4s.calendars.lunar import (
	FIRST_YEAR,
	LAST_YEAR,
	LunarDate,
	describe_lunar,
	describe_lunar_day,
	from_solar,
	leap_month,
	month_length,
	to_solar,
	validate_lunar_birthday,
)
from crm4s.calendars.tests.new_moon import new_moon_in_china
from crm4s.identifiers.problem import Problem

DAY = timedelta(days=1)
NEW_YEARS = {
	1900: date(1900, 1, 31), 1949: date(1949, 1, 29), 1966: date(1966, 1, 21), 1978: date(1978, 2, 7),
	1985: date(1985, 2, 20), 2000: date(2000, 2, 5), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29),
	2026: date(2026, 2, 17), 2033: date(2033, 1, 31), 2034: date(2034, 2, 19), 2099: date(2099, 1, 21),
}
LEAP_MONTHS_1982_TO_2036 = {
	1982: 4, 1984: 10, 1987: 6, 1990: 5, 1993: 3, 1995: 8, 1998: 5, 2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4,
	2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6,
}
# First days of months that many programs have wrong by a day, in most because the new moon is within minutes of midnight.
OFTEN_WRONG = {
	LunarDate(1914, 10, 1): date(1914, 11, 17),
	LunarDate(1916, 1, 1): date(1916, 2, 3),
	LunarDate(1920, 10, 1): date(1920, 11, 10),
	LunarDate(1933, 6, 1): date(1933, 7, 23),
	LunarDate(1954, 11, 1): date(1954, 11, 25),
	LunarDate(1978, 8, 1): date(1978, 9, 3),
	LunarDate(2057, 9, 1): date(2057, 9, 28),
	LunarDate(2089, 8, 1): date(2089, 9, 4),
	LunarDate(2097, 7, 1): date(2097, 8, 7),
}


def days(first: date, last: date):
	while first <= last:
		yield first
		first += DAY


class TheLunarCalendar(unittest.TestCase):
	def test_begins_its_years_on_the_official_days(self):
		for year, first_day in NEW_YEARS.items():
			self.assertEqual(to_solar(LunarDate(year, 1, 1)), first_day)

	def test_has_the_official_leap_months(self):
		found = {year: leap_month(year) for year in range(1982, 2037) if leap_month(year)}
		self.assertEqual(found, LEAP_MONTHS_1982_TO_2036)

	def test_begins_a_month_on_the_official_day_where_programs_are_often_wrong(self):
		for lunar, solar in OFTEN_WRONG.items():
			self.assertEqual(to_solar(lunar), solar)
			self.assertEqual(from_solar(solar), lunar)

	def test_has_the_official_lengths_of_months_where_programs_are_often_wrong(self):
		for year, month, leap, length in (
			(1933, 5, True, 30), (1933, 6, False, 29), (1954, 10, False, 29), (1954, 11, False, 30),
			(1978, 7, False, 30), (1978, 8, False, 29), (2057, 8, False, 29), (2057, 9, False, 30),
		):
			self.assertEqual(month_length(year, month, leap), length, (year, month, leap))

	def test_begins_every_month_since_1929_on_the_day_of_the_new_moon(self):
		"""Earlier calendars were reckoned for Beijing's own meridian; ΔT makes future moments uncertain by minutes."""
		margin = timedelta(minutes=2)
		first_days = [day for day in days(date(1929, 1, 1), date(2099, 12, 31)) if from_solar(day).day == 1]
		k = round((first_days[0] - date(2000, 1, 6)).days / 29.530588861)
		for offset, first_day in enumerate(first_days):
			midnight = datetime.combine(first_day, time())
			moment = new_moon_in_china(k + offset)
			self.assertTrue(midnight - margin <= moment < midnight + DAY + margin, (first_day, moment))

	def test_leads_back_from_every_day_of_1901_to_2099(self):
		for day in days(date(1901, 1, 1), date(2099, 12, 31)):
			self.assertEqual(to_solar(from_solar(day)), day)

	def test_goes_on_day_by_day(self):
		previous = from_solar(date(1900, 1, 31))
		for day in days(date(1900, 2, 1), date(2100, 2, 8)):
			lunar = from_solar(day)
			if lunar.day == 1:
				self.assertEqual(previous.day, month_length(previous.year, previous.month, previous.leap))
			else:
				self.assertEqual(lunar, LunarDate(previous.year, previous.month, previous.day + 1, previous.leap))
			previous = lunar

	def test_takes_a_moment_for_its_day(self):
		self.assertEqual(from_solar(datetime(2025, 7, 25, 23, 59)), LunarDate(2025, 6, 1, leap=True))

	def test_ends_where_its_tables_end(self):
		self.assertEqual(from_solar(date(1900, 1, 31)), LunarDate(FIRST_YEAR, 1, 1))
		self.assertEqual(from_solar(date(2100, 2, 8)), LunarDate(LAST_YEAR, 12, 30))
		for day in (date(1900, 1, 30), date(2100, 2, 9)):
			with self.assertRaises(Problem) as caught:
				from_solar(day)
			self.assertEqual(
				str(caught.exception),
				f"Date must lie between 1900-01-31 and 2100-02-08 to have a lunar one, but {day} does not.",
			)


class ALunarBirthday(unittest.TestCase):
	def assert_refused(self, sentence: str, *birthday: object) -> None:
		with self.assertRaises(Problem) as caught:
			validate_lunar_birthday(*birthday)
		self.assertEqual(str(caught.exception), sentence)

	def test_that_exists_is_accepted(self):
		for birthday in (
			(1933, 5, 30, True), (2033, 11, 29, True), (1954, 10, 29), (None, 12, 30), (None, 6, 30, True), (2023, 2, 1, 1),
		):
			validate_lunar_birthday(*birthday)

	def test_on_the_thirtieth_of_a_short_month_is_refused(self):
		self.assert_refused("Month 10 of lunar year 1954 has 29 days, so day 30 does not exist.", 1954, 10, 30, False)
		self.assert_refused("Leap month 6 of lunar year 2025 has 29 days, so day 30 does not exist.", 2025, 6, 30, True)

	def test_in_a_leap_month_that_the_year_does_not_have_is_refused(self):
		self.assert_refused("Lunar year 2024 has no leap month.", 2024, 4, 1, True)
		self.assert_refused("The leap month of lunar year 2025 is month 6, not month 4.", 2025, 4, 1, True)

	def test_without_year_is_refused_only_where_no_year_has_it(self):
		self.assert_refused("No lunar year from 1900 to 2099 has a leap month 12.", None, 12, 1, True)
		self.assert_refused("Leap month 11 never has 30 days, only up to 29.", None, 11, 30, True)

	def test_outside_the_numbers_of_months_and_days_is_refused(self):
		for year in (2024, None):
			self.assert_refused("Lunar month must lie between 1 and 12, but 13 does not.", year, 13, 1, False)
			self.assert_refused("Lunar month must lie between 1 and 12, but 0 does not.", year, 0, 1, True)
			self.assert_refused("Lunar day must lie between 1 and 30, but 31 does not.", year, 1, 31, False)
			self.assert_refused("Lunar day must lie between 1 and 30, but 0 does not.", year, 1, 0, False)

	def test_outside_the_tables_is_refused(self):
		for year in (1899, 2100):
			self.assert_refused(f"Lunar year must lie between 1900 and 2099, but {year} does not.", year, 1, 1, False)

	def test_that_does_not_exist_has_no_solar_date(self):
		with self.assertRaises(Problem):
			to_solar(LunarDate(2025, 6, 30, leap=True))


class ALunarDate(unittest.TestCase):
	def test_is_named_in_chinese(self):
		self.assertEqual(describe_lunar(LunarDate(2025, 1, 1)), "正月初一")
		self.assertEqual(describe_lunar(LunarDate(2023, 2, 15, leap=True)), "闰二月十五")
		self.assertEqual(describe_lunar(LunarDate(2025, 12, 29), "zh-CN"), "十二月廿九")

	def test_names_each_day_of_a_month_differently(self):
		names = [describe_lunar_day(8, day).removeprefix("八月") for day in range(1, 31)]
		self.assertEqual(
			names,
			"初一 初二 初三 初四 初五 初六 初七 初八 初九 初十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 "
			"廿一 廿二 廿三 廿四 廿五 廿六 廿七 廿八 廿九 三十".split(),
		)

	def test_is_named_in_english(self):
		self.assertEqual(describe_lunar(LunarDate(2025, 1, 1), "en"), "1st day of the 1st lunar month")
		self.assertEqual(describe_lunar(LunarDate(2023, 2, 22, leap=True), "en"), "22nd day of the leap 2nd lunar month")
		self.assertEqual(describe_lunar_day(11, 13, language="en"), "13th day of the 11th lunar month")
