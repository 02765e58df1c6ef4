"""At which moments something can begin, of many resources over many days at once. Pure.

The moments are those of a grid: every so many minutes of each of its days, counted from midnight. Which of them are possible is one
whole number with a bit for each, the earliest lowest, so that "one of these bays" is an `or`, "a bay and a technician" an `and`, and a
month of twenty bays is worked out in a few milliseconds. The rules are those of `slots`: half-open intervals, buffers, opening hours.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import NamedTuple

from crm4s.calendars.slots import Interval, Needs
from crm4s.calendars.working_hours import MINUTES_OF_DAY, WorkingHours, openings

MINUTE = timedelta(minutes=1)


class Grid(NamedTuple):
	"""The moments of `days` days from `first` on, every `step` minutes."""

	first: date
	days: int
	step: int = 15

	@property
	def per_day(self) -> int:
		return ceil(MINUTES_OF_DAY / self.step)

	@property
	def everything(self) -> int:
		return (1 << self.days * self.per_day) - 1

	def minute_of(self, moment: datetime, up: bool = False) -> int:
		"""Whole minutes since the first midnight; begun minutes count when `up`."""
		passed = moment - datetime.combine(self.first, time())
		return -(-passed // MINUTE) if up else passed // MINUTE

	def minutes_of(self, interval: Interval) -> tuple[int, int]:
		return self.minute_of(interval.starts_at), self.minute_of(interval.ends_at, up=True)

	def moment_of(self, position: int) -> datetime:
		day, steps = divmod(position, self.per_day)
		return datetime.combine(self.first, time()) + timedelta(days=day, minutes=steps * self.step)

	def between(self, first_minute: int, last_minute: int) -> int:
		"""The moments from one minute to another, both included."""
		return self._bits(max(first_minute, 0), min(last_minute, self.days * MINUTES_OF_DAY - 1))

	def _bits(self, first_minute: int, last_minute: int) -> int:
		"""Called for each booking, hence the short way for steps that divide a day."""
		if MINUTES_OF_DAY % self.step == 0:
			low, high = -(-first_minute // self.step), last_minute // self.step
		else:
			day, minute = divmod(first_minute, MINUTES_OF_DAY)
			low = day * self.per_day + ceil(minute / self.step)
			day, minute = divmod(last_minute, MINUTES_OF_DAY)
			high = day * self.per_day + minute // self.step
		return ((1 << (high - low + 1)) - 1) << low if low <= high else 0


def open_starts(grid: Grid, hours: WorkingHours, minutes: int, overnight: bool = False) -> int:
	"""Where the store is open from beginning to end of so many minutes; of what stays overnight, at both of them."""
	last = grid.first + timedelta(days=grid.days + minutes // MINUTES_OF_DAY)
	begins = ends = lasts = 0
	for piece in openings(hours, grid.first, last):
		opens, closes = grid.minute_of(piece[0]), grid.minute_of(piece[1])
		lasts |= grid.between(opens, closes - minutes)
		begins |= grid.between(opens, closes - 1)
		ends |= grid.between(opens + 1 - minutes, closes - minutes)
	return begins & ends if overnight else lasts


def free_starts(grid: Grid, taken: Iterable[tuple[int, int]], minutes: int, needs: Needs = Needs()) -> int:
	"""Where a resource is not taken for so many minutes and what it needs before and after; opening hours aside.

	Args:
		taken: from which minute to which it is, counted from the first midnight; see `Grid.minutes_of`.
	"""
	blocked = 0
	for begins, ends in taken:
		blocked |= grid.between(begins - minutes - needs.after + 1, ends + needs.before - 1)
	return grid.everything & ~blocked


def not_before(grid: Grid, moment: datetime) -> int:
	return grid.between(grid.minute_of(moment, up=True), grid.days * MINUTES_OF_DAY - 1)


def moments(grid: Grid, starts: int) -> Iterator[datetime]:
	"""The moments of the bits that are set, earliest first."""
	while starts:
		lowest = starts & -starts
		yield grid.moment_of(lowest.bit_length() - 1)
		starts ^= lowest


def apart(starts: Iterable[datetime], minutes: int) -> Iterator[datetime]:
	"""Of moments in order those that lie so many minutes from the one before."""
	last: datetime | None = None
	for start in starts:
		if last is None or start >= last + timedelta(minutes=minutes):
			yield start
			last = start
