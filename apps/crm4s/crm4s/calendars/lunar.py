"""The Chinese lunar calendar (GB/T 33661-2017) of the lunar years 1900 to 2099, 31 January 1900 to 8 February 2100.

The lengths of the months come from the tables of `borax`. They are those of the calendars that China's governments issued
up to 1948 and of the Purple Mountain Observatory since, also where widely copied tables are a day wrong: the sixth month of
1933 begins on 23 July, the eleventh of 1954 on 25 November, the eighth of 1978 on 3 September. The tests hold every month
since 1929 against the computed new moon.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from borax.calendars.lunardate import LCalendars
from borax.calendars.lunardate import LunarDate as TableDate

from crm4s.identifiers.problem import Problem

FIRST_YEAR, LAST_YEAR = 1900, 2099
LONGEST_MONTH = 30

# Three new moons still to come fall within two minutes of midnight, so that nobody can know their day yet. The library has
# each a day later; this is what the Hong Kong Observatory prints in its conversion table, and so what wall calendars and phones
# will show: year, month, leap → first day. https://www.hko.gov.hk/en/gts/time/conversion.htm
_PUBLISHED_FIRST_DAYS = {
	(2057, 9, False): date(2057, 9, 28),
	(2089, 8, False): date(2089, 9, 4),
	(2097, 7, False): date(2097, 8, 7),
}

_MONTH_NAMES = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
_DIGITS = "一二三四五六七八九"
_DAY_NAMES = tuple(
	tens + unit
	for tens, units in (("初", _DIGITS + "十"), ("十", _DIGITS), ("二", "十"), ("廿", _DIGITS), ("三", "十"))
	for unit in units
)

MonthKey = tuple[int, int, bool]


@dataclass(frozen=True)
class LunarDate:
	"""A day of the lunar calendar; `leap` marks the month that repeats the number of the one before it."""

	year: int
	month: int
	day: int
	leap: bool = False


def to_solar(lunar: LunarDate) -> date:
	"""The Gregorian date of a lunar one.

	Raises:
		Problem: the lunar date does not exist, or lies outside 1900 to 2099.
	"""
	validate_lunar_birthday(lunar.year, lunar.month, lunar.day, lunar.leap)
	months = _months()
	first_day = months.first_days[months.positions[lunar.year, lunar.month, lunar.leap]]
	return date.fromordinal(first_day + lunar.day - 1)


def from_solar(solar: date) -> LunarDate:
	"""The lunar date of a Gregorian one.

	Raises:
		Problem: before 31 January 1900 or after 8 February 2100.
	"""
	months = _months()
	ordinal = solar.toordinal()
	position = bisect_right(months.first_days, ordinal) - 1
	if not 0 <= position < len(months.keys):
		raise Problem(
			"Date must lie between {first} and {last} to have a lunar one, but {date} does not.",
			first=date.fromordinal(months.first_days[0]).isoformat(),
			last=date.fromordinal(months.first_days[-1] - 1).isoformat(),
			date=solar.isoformat(),
		)
	year, month, leap = months.keys[position]
	return LunarDate(year, month, ordinal - months.first_days[position] + 1, leap)


def leap_month(year: int) -> int:
	"""The number of the month that comes twice in that lunar year, 0 if none does.

	Raises:
		Problem: the year lies outside 1900 to 2099.
	"""
	_validate_year(year)
	return LCalendars.leap_month(year)


def month_length(year: int, month: int, leap: bool = False) -> int:
	"""The days of a lunar month, 29 or 30.

	Raises:
		Problem: the year has no such month, or lies outside 1900 to 2099.
	"""
	_validate_month(year, month, leap)
	months = _months()
	position = months.positions[year, month, leap]
	return months.first_days[position + 1] - months.first_days[position]


def validate_lunar_birthday(year: int | None, month: int, day: int, leap: bool = False) -> None:
	"""Refuse a birthday that does not exist; without a year, one that exists in no year from 1900 to 2099.

	Raises:
		Problem: no such year, month or day.
	"""
	if year is None:
		_validate_month_of_any_year(month, leap)
		longest = _longest_month(month, leap)
	else:
		longest = month_length(year, month, leap)
	if not 1 <= day <= LONGEST_MONTH:
		raise Problem("Lunar day must lie between 1 and 30, but {day} does not.", day=day)
	if day <= longest:
		return
	if year is None:
		raise Problem("Leap month {month} never has {day} days, only up to {length}.", month=month, day=day, length=longest)
	if leap:
		raise Problem(
			"Leap month {month} of lunar year {year} has {length} days, so day {day} does not exist.",
			month=month, year=year, length=longest, day=day,
		)
	raise Problem(
		"Month {month} of lunar year {year} has {length} days, so day {day} does not exist.",
		month=month, year=year, length=longest, day=day,
	)


def describe_lunar(lunar: LunarDate, language: str = "zh") -> str:
	"""Month and day as people say them, without the year: `describe_lunar_day`."""
	return describe_lunar_day(lunar.month, lunar.day, lunar.leap, language)


def describe_lunar_day(month: int, day: int, leap: bool = False, language: str = "zh") -> str:
	"""正月初一, 闰二月十五; in every other language English: "1st day of the 1st lunar month"."""
	if language.startswith("zh"):
		return ("闰" if leap else "") + _MONTH_NAMES[month - 1] + _DAY_NAMES[day - 1]
	return f"{_ordinal(day)} day of the {'leap ' if leap else ''}{_ordinal(month)} lunar month"


class _Months(NamedTuple):
	"""All months one after another; `first_days` are ordinals as in `datetime`, with one more for the end of the last month."""

	keys: tuple[MonthKey, ...]
	first_days: tuple[int, ...]
	positions: dict[MonthKey, int]


@cache
def _months() -> _Months:
	lengths = dict(_table_lengths())
	first_days = []
	day = TableDate(FIRST_YEAR, 1, 1).to_solar_date().toordinal()
	for key, length in lengths.items():
		published = _PUBLISHED_FIRST_DAYS.get(key)
		first_days.append(published.toordinal() if published else day)
		day += length
	return _Months(tuple(lengths), (*first_days, day), {key: position for position, key in enumerate(lengths)})


def _table_lengths() -> Iterator[tuple[MonthKey, int]]:
	for year in range(FIRST_YEAR, LAST_YEAR + 1):
		for month, length, leap in LCalendars.iter_year_month(year):
			yield (year, month, bool(leap)), length


@cache
def _longest_month(month: int, leap: bool) -> int:
	"""The days of the longest such month of any year, 0 if no year has it."""
	return max((month_length(*key) for key in _months().keys if key[1:] == (month, leap)), default=0)


def _validate_year(year: int) -> None:
	if not FIRST_YEAR <= year <= LAST_YEAR:
		raise Problem(
			"Lunar year must lie between {first} and {last}, but {year} does not.",
			first=FIRST_YEAR, last=LAST_YEAR, year=year,
		)


def _validate_month_number(month: int) -> None:
	if not 1 <= month <= len(_MONTH_NAMES):
		raise Problem("Lunar month must lie between 1 and 12, but {month} does not.", month=month)


def _validate_month(year: int, month: int, leap: bool) -> None:
	_validate_month_number(month)
	repeated = leap_month(year)
	if not leap or month == repeated:
		return
	if repeated:
		raise Problem(
			"The leap month of lunar year {year} is month {leap_month}, not month {month}.",
			year=year, leap_month=repeated, month=month,
		)
	raise Problem("Lunar year {year} has no leap month.", year=year)


def _validate_month_of_any_year(month: int, leap: bool) -> None:
	_validate_month_number(month)
	if not _longest_month(month, leap):
		raise Problem(
			"No lunar year from {first} to {last} has a leap month {month}.", first=FIRST_YEAR, last=LAST_YEAR, month=month
		)


def _ordinal(number: int) -> str:
	suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
	return f"{number}{suffix}"
