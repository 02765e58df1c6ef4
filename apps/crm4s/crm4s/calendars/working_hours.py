"""When somebody is there: weekly opening hours with the days that differ, and minutes counted in them only. Pure.

A span is a half-open piece of a day in minutes since midnight, (510, 1080) for 08:30–18:00: at 18:00 sharp it is over. A day of
round-the-clock service is (0, 1440), and such days join at midnight. All moments are local time without a zone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTES_OF_DAY = 24 * 60
# A year and a month: whoever is closed for longer does not open again.
SEARCH_DAYS = 400

Span = tuple[int, int]


class NeverOpenError(ValueError):
	"""No opening within the next 400 days."""


@dataclass(frozen=True)
class SpecialDay:
	"""A day that does not follow its weekday: closed without spans, else open in these, such as a make-up workday (调休)."""

	label: str
	spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class WorkingHours:
	"""`weekly` has seven entries, Monday first; `special` goes before it."""

	weekly: tuple[tuple[Span, ...], ...]
	special: Mapping[date, SpecialDay] = field(default_factory=dict)

	def spans_of(self, day: date) -> tuple[Span, ...]:
		special = self.special.get(day)
		return self.weekly[day.weekday()] if special is None else special.spans


AROUND_THE_CLOCK: tuple[tuple[Span, ...], ...] = (((0, MINUTES_OF_DAY),),) * 7


def weekly_hours(rows: Iterable[tuple[str, time, time]]) -> tuple[tuple[Span, ...], ...]:
	"""The seven days out of (weekday, opens, closes) in any order; spans that touch or overlap become one.

	Raises:
		KeyError: no such weekday.
	"""
	days: dict[str, list[Span]] = {weekday: [] for weekday in WEEKDAYS}
	for weekday, opens, closes in rows:
		days[weekday].append(span(opens, closes))
	return tuple(_joined(spans) for spans in days.values())


def span(opens: time, closes: time) -> Span:
	"""From the minute of opening to the end of the minute of closing: 23:59:59 closes at midnight."""
	return _minute_of(opens), _minute_of(closes) + bool(closes.second or closes.microsecond)


def openings(hours: WorkingHours, first: date, last: date) -> list[tuple[datetime, datetime]]:
	"""What is open from the beginning of `first` to the end of `last`, in order; nights open through are one piece."""
	pieces: list[tuple[datetime, datetime]] = []
	for opens, closes in _pieces(hours, first, last):
		if pieces and pieces[-1][1] == opens:
			pieces[-1] = (pieces[-1][0], closes)
		else:
			pieces.append((opens, closes))
	return pieces


def is_open(hours: WorkingHours, moment: datetime) -> bool:
	"""Open at the moment of opening, no longer at that of closing."""
	return any(opens <= moment < closes for opens, closes in _pieces(hours, moment.date(), moment.date()))


def next_opening(hours: WorkingHours, moment: datetime) -> datetime:
	"""`moment` itself when it is open then, else the next moment at which it opens.

	Raises:
		NeverOpenError: not within 400 days.
	"""
	for opens, closes in _pieces(hours, moment.date(), moment.date() + timedelta(days=SEARCH_DAYS)):
		if moment < closes:
			return max(opens, moment)
	raise NeverOpenError(moment)


def add_working_minutes(hours: WorkingHours, start: datetime, minutes: int) -> datetime:
	"""The first moment by which so many minutes were open since `start`; `start` itself for none.

	The last minute of a day ends at closing, not at the next opening.

	Raises:
		ValueError: less than no minutes.
		NeverOpenError: it stays closed for 400 days before they are over.
	"""
	if minutes < 0:
		raise ValueError(f"Minutes must not be negative, but are {minutes}")
	left, moment = timedelta(minutes=minutes), start
	while left:
		moment = next_opening(hours, moment)
		closes = next(closes for _opens, closes in _pieces(hours, moment.date(), moment.date()) if moment < closes)
		worked = min(closes - moment, left)
		moment, left = moment + worked, left - worked
	return moment


def working_minutes_between(hours: WorkingHours, start: datetime, end: datetime) -> int:
	"""Whole minutes that were open from `start` to `end`; 0 where `end` is not later."""
	pieces = _pieces(hours, start.date(), end.date())
	return sum((open_part(piece, start, end) for piece in pieces), timedelta(0)) // timedelta(minutes=1)


def open_part(piece: tuple[datetime, datetime], start: datetime, end: datetime) -> timedelta:
	"""How much of `piece` lies between `start` and `end`."""
	return max(min(piece[1], end) - max(piece[0], start), timedelta(0))


def _pieces(hours: WorkingHours, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
	day = first
	while day <= last:
		midnight = datetime.combine(day, time())
		for opens, closes in hours.spans_of(day):
			yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)
		day += timedelta(days=1)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
	joined: list[Span] = []
	for opens, closes in sorted(spans):
		if joined and opens <= joined[-1][1]:
			joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
		else:
			joined.append((opens, closes))
	return tuple(joined)


def _minute_of(moment: time) -> int:
	return moment.hour * 60 + moment.minute
