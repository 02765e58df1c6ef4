"""On which day something is celebrated or comes round: birthdays by both calendars, festivals, anniversaries, ends of months. Pure.

Most functions ask the other way round than people do: whose day is it today? So that a database finds those by an index, instead of
reckoning everybody's next birthday.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from borax.calendars.lunardate import TermUtils

from crm4s.calendars.lunar import LONGEST_MONTH, LunarDate, from_solar, leap_month, month_length, to_solar

DAY = timedelta(days=1)

# Whoever was born on 29 February celebrates in other years on …
LAST_OF_FEBRUARY, FIRST_OF_MARCH = "28 February", "1 March"
# Whoever was born in a leap month celebrates, in years that have it again, in …
LEAP_MONTH, PLAIN_MONTH = "Leap Month", "Plain Month"

SOLAR, LUNAR, NEW_YEARS_EVE = "Solar Date", "Lunar Date", "Lunar New Year's Eve"
SOLAR_TERM, WEEKDAY_OF_MONTH = "Solar Term", "Weekday of Month"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In the order of the year, which begins in January with 小寒.
SOLAR_TERMS = (
	*("Minor Cold", "Major Cold", "Start of Spring", "Rain Water", "Awakening of Insects", "Spring Equinox", "Pure Brightness"),
	*("Grain Rain", "Start of Summer", "Grain Buds", "Grain in Ear", "Summer Solstice", "Minor Heat", "Major Heat", "Start of Autumn"),
	*("End of Heat", "White Dew", "Autumn Equinox", "Cold Dew", "Frost's Descent", "Start of Winter", "Minor Snow", "Major Snow"),
	"Winter Solstice",
)


# Birthdays


def solar_births_on(day: date, leap_day: str = LAST_OF_FEBRUARY) -> set[tuple[int, int]]:
	"""Month and day of the births that are celebrated on `day`; none is celebrated on two days of a year."""
	births = {(day.month, day.day)}
	if not _is_leap_year(day.year) and (day.month, day.day) == ((2, 28) if leap_day == LAST_OF_FEBRUARY else (3, 1)):
		births.add((2, 29))
	return births


def solar_birthday(month: int, day: int, year: int, leap_day: str = LAST_OF_FEBRUARY) -> date:
	"""The day in `year` on which a birth of that month and day is celebrated."""
	if (month, day) == (2, 29) and not _is_leap_year(year):
		return date(year, 2, 28) if leap_day == LAST_OF_FEBRUARY else date(year, 3, 1)
	return date(year, month, day)


def lunar_births_on(day: date, leap_births: str = LEAP_MONTH) -> set[tuple[int, int, bool]]:
	"""Month, day and leap month of the lunar births that are celebrated on `day`.

	Whoever was born on the 30th celebrates on the 29th where the month has no 30th. A birth in a leap month belongs to the plain month of the
	same number in years without that leap month, and where there is one to the month that `leap_births` says.
	"""
	today = from_solar(day)
	days = [today.day]
	if today.day == LONGEST_MONTH - 1 == month_length(today.year, today.month, today.leap):
		days.append(LONGEST_MONTH)
	births = set()
	if not today.leap:
		births.update((today.month, number, False) for number in days)
	if today.leap == _celebrates_in_leap_month(today.month, today.year, leap_births):
		births.update((today.month, number, True) for number in days)
	return births


def lunar_birthday(month: int, day: int, leap: bool, lunar_year: int, leap_births: str = LEAP_MONTH) -> date:
	"""The day on which a lunar birth is celebrated in that lunar year; it may lie in the Gregorian year after.

	Raises:
		Problem: the year lies outside 1900 to 2099.
	"""
	in_leap_month = leap and _celebrates_in_leap_month(month, lunar_year, leap_births)
	last = month_length(lunar_year, month, in_leap_month)
	return to_solar(LunarDate(lunar_year, month, min(day, last), in_leap_month))


def _celebrates_in_leap_month(month: int, lunar_year: int, leap_births: str) -> bool:
	return leap_births == LEAP_MONTH and leap_month(lunar_year) == month


# Festivals


@dataclass(frozen=True)
class Festival:
	"""When a festival is.

	Attributes:
		reckoned_by: Solar Date and Lunar Date ask for month and day, Weekday of Month for month, weekday and which one of them in `day`
			(5: the last one), Solar Term for the term.
	"""

	reckoned_by: str
	month: int = 0
	day: int = 0
	weekday: str | None = None
	solar_term: str | None = None

	def is_on(self, day: date) -> bool:
		return _TESTS[self.reckoned_by](self, day)

	def next_from(self, day: date) -> date | None:
		"""The first day from `day` on, within two years; None where there is none: 30 February."""
		return next((each for each in days_between(day, day + 731 * DAY) if self.is_on(each)), None)


def _is_solar_day(festival: Festival, day: date) -> bool:
	return (festival.month, festival.day) == (day.month, day.day)


def _is_lunar_day(festival: Festival, day: date) -> bool:
	return (festival.month, festival.day, False) in lunar_births_on(day)


def _is_new_years_eve(_festival: Festival, day: date) -> bool:
	tomorrow = from_solar(day + DAY)
	return (tomorrow.month, tomorrow.day, tomorrow.leap) == (1, 1, False)


def _is_solar_term(festival: Festival, day: date) -> bool:
	return day == solar_term_day(day.year, festival.solar_term)


def _is_weekday_of_month(festival: Festival, day: date) -> bool:
	if day.month != festival.month or WEEKDAYS[day.weekday()] != festival.weekday:
		return False
	is_last = (day + 7 * DAY).month != day.month
	return is_last if festival.day >= 5 else (day.day - 1) // 7 + 1 == festival.day


_TESTS = {
	SOLAR: _is_solar_day,
	LUNAR: _is_lunar_day,
	NEW_YEARS_EVE: _is_new_years_eve,
	SOLAR_TERM: _is_solar_term,
	WEEKDAY_OF_MONTH: _is_weekday_of_month,
}


def solar_term_day(year: int, solar_term: str) -> date:
	"""The day of a solar term such as Pure Brightness (清明) in a Gregorian year from 1900 to 2100."""
	return TermUtils.nth_term_day(year, SOLAR_TERMS.index(solar_term))


# What comes round


def days_between(first: date, last: date) -> Iterator[date]:
	"""Each day from `first` to `last`, both included; none where `last` lies before."""
	for ordinal in range(first.toordinal(), last.toordinal() + 1):
		yield date.fromordinal(ordinal)


def anniversaries_on(day: date, years: range, leap_day: str = LAST_OF_FEBRUARY) -> list[date]:
	"""The days so many years before whose anniversary is `day`."""
	found = []
	for month, number in sorted(solar_births_on(day, leap_day)):
		for count in years:
			if (month, number) != (2, 29) or _is_leap_year(day.year - count):
				found.append(date(day.year - count, month, number))
	return found


def months_later(day: date, months: int) -> date:
	"""The same day so many months later, the last of the month where that has no such day; negative counts backwards."""
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_that_become(day: date, months: int) -> list[date]:
	"""All days that are `day` so many months later, in order: of 28 February 2026 and 1 month the last four of January, of 31 March none."""
	year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
	last = monthrange(year, month + 1)[1]
	until = last if day.day == monthrange(day.year, day.month)[1] else min(day.day, last)
	return [date(year, month + 1, number) for number in range(day.day, until + 1)]


def _is_leap_year(year: int) -> bool:
	return monthrange(year, 2)[1] == 29
