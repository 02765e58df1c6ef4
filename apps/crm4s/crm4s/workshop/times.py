"""How long somebody worked. Pure: no framework, no clock."""

from collections.abc import Iterable
from datetime import datetime


def minutes_between(started_at: datetime, ended_at: datetime) -> int:
	"""Full minutes of one interval; never negative, whatever two clocks say."""
	return max(int((ended_at - started_at).total_seconds()) // 60, 0)


def worked_minutes(intervals: Iterable[tuple[datetime, datetime | None]], now: datetime) -> int:
	"""Full minutes of all intervals together; one without an end lasts until `now`."""
	return sum(minutes_between(started_at, ended_at or now) for started_at, ended_at in intervals)
