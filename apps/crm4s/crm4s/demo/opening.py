"""When the outlets are open and how busy they are: weekdays, seasons, the Spring Festival. Pure."""

from datetime import date, datetime, time, timedelta

import numpy as np

from crm4s.calendars.lunar import LunarDate, to_solar
from crm4s.demo.standards import table

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Working people bring their cars at weekends; a workshop's quiet days are in the middle of the week.
BUSY_WEEKDAY = (1.0, 0.9, 0.85, 0.9, 1.05, 1.5, 1.3)
# Before the Spring Festival journeys and in the heat of summer more cars come, in the weeks after the festival fewer.
BUSY_MONTH = (1.2, 0.75, 0.95, 1.0, 1.05, 1.05, 1.1, 1.1, 1.05, 1.0, 0.95, 1.05)
# From the eve of the festival to the third day everybody is at home.
FESTIVAL_CLOSED = range(-1, 3)
LAST_ARRIVAL_MINUTES = 45


class Calendar:
	"""The days of one outlet from `first` to `last`, and how many visits each draws beside the others."""

	def __init__(self, outlet_type: str, first: date, last: date):
		self.first = first
		self.hours = {
			WEEKDAYS.index(weekday): tuple(time.fromisoformat(text) for text in span)
			for weekday, span in table("group")["opening_hours"][outlet_type].items()
		}
		days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
		closed = festival_days(first.year, last.year + 1)
		self.weights = np.array(
			[0.0 if day in closed or day.weekday() not in self.hours else _busy(day) for day in days]
		)
		self.marks = np.concatenate([[0.0], np.cumsum(self.weights)])

	def is_open(self, day: date) -> bool:
		return self.weights[(day - self.first).days] > 0

	def near(self, day: date, chance: float, before: int = 4, after: int = 9) -> date | None:
		"""An open day around `day`, busy ones more often; None where all of these days lie outside the calendar."""
		offset = (day - self.first).days
		low, high = max(offset - before, 0), min(offset + after + 1, len(self.weights))
		if low >= high or self.marks[high] <= self.marks[low]:
			return None
		mark = self.marks[low] + chance * (self.marks[high] - self.marks[low])
		found = int(np.searchsorted(self.marks, mark, side="right")) - 1
		return self.first + timedelta(days=min(max(found, low), high - 1))

	def arrival(self, day: date, chance: float) -> datetime:
		"""A time of day between opening and shortly before closing; mornings draw more."""
		opens, closes = self.hours[day.weekday()]
		minutes = _minutes(closes) - _minutes(opens) - LAST_ARRIVAL_MINUTES
		return datetime.combine(day, opens) + timedelta(minutes=int(minutes * chance**1.5))

	def finish(self, start: datetime, minutes: float) -> datetime:
		"""When work of so many minutes that begins at `start` is done; it rests while the outlet is closed.

		Past the end of the calendar every day counts as open.
		"""
		moment, left = start, timedelta(minutes=minutes)
		while True:
			opens, closes = self.hours.get(moment.weekday(), (time(8, 30), time(17, 30)))
			is_open = (moment.date() - self.first).days >= len(self.weights) or self.is_open(moment.date())
			moment = max(moment, datetime.combine(moment.date(), opens))
			room = datetime.combine(moment.date(), closes) - moment
			if is_open and left <= room:
				return moment + left
			if is_open:
				left -= max(room, timedelta(0))
			moment = datetime.combine(moment.date() + timedelta(days=1), time(0))


def festival_days(first_year: int, last_year: int) -> set[date]:
	"""The days around the Spring Festival on which no outlet opens."""
	return {
		to_solar(LunarDate(year, 1, 1)) + timedelta(days=offset)
		for year in range(first_year, last_year + 1)
		for offset in FESTIVAL_CLOSED
	}


def _busy(day: date) -> float:
	return BUSY_WEEKDAY[day.weekday()] * BUSY_MONTH[day.month - 1]


def _minutes(moment: time) -> int:
	return moment.hour * 60 + moment.minute
