"""When customers are not written to. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MINUTES_OF_DAY = 24 * 60
# A year and a month: whoever is not written to for longer is not written to at all.
SEARCH_DAYS = 400


@dataclass(frozen=True)
class QuietTime:
	"""Quiet from `begins` to `ends`, half-open, in minutes since midnight; over midnight where it ends not after it begins.

	It counts by the day on which it begins: that day's weekday (Monday 0, None for every day), and not before `first_day` nor after `last_day`.
	"""

	begins: int = 0
	ends: int = MINUTES_OF_DAY
	weekday: int | None = None
	first_day: date | None = None
	last_day: date | None = None

	def on(self, day: date) -> tuple[datetime, datetime] | None:
		"""From when until when it is quiet that begins on the day."""
		if self.weekday is not None and day.weekday() != self.weekday:
			return None
		if (self.first_day and day < self.first_day) or (self.last_day and day > self.last_day):
			return None
		midnight = datetime.combine(day, time())
		ends = self.ends if self.ends > self.begins else self.ends + MINUTES_OF_DAY
		return midnight + timedelta(minutes=self.begins), midnight + timedelta(minutes=ends)


def next_free(moment: datetime, quiet_times: Collection[QuietTime]) -> datetime | None:
	"""The first moment from `moment` on that is in no quiet time; None if there is none for 400 days."""
	free, last = moment, moment + timedelta(days=SEARCH_DAYS)
	while free <= last:
		later = max((end for quiet in quiet_times if (end := _end_of(quiet, free))), default=None)
		if later is None:
			return free
		free = later
	return None


def _end_of(quiet: QuietTime, moment: datetime) -> datetime | None:
	ends = [
		span[1]
		for day in (moment.date() - timedelta(days=1), moment.date())
		if (span := quiet.on(day)) and span[0] <= moment < span[1]
	]
	return max(ends, default=None)
