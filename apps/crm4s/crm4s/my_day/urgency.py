"""In which order work is done. The rule is fixed and the same for everybody, so that the page can explain it. Pure."""

from datetime import date, datetime, time
from enum import IntEnum


class Urgency(IntEnum):
	"""Sections of the list, the first first: who stands here, who got no answer, what is late, who waits for a decision, today, later."""

	HERE = 0
	UNANSWERED = 1
	LATE = 2
	DECISION = 3
	TODAY = 4
	SOON = 5


def moment_of(due: date | datetime | None, due_time: str | None = None) -> datetime | date | None:
	"""A day with a time of day such as 14:30 is a moment; a day without one stays a day, which is late when it is over."""
	if isinstance(due, datetime) or not due or not due_time:
		return due
	try:
		return datetime.combine(due, time.fromisoformat(due_time))
	except ValueError:
		return due


def is_late(due: date | datetime | None, now: datetime) -> bool:
	if isinstance(due, datetime):
		return due < now
	return bool(due) and due < now.date()


def urgency_of(due: date | datetime | None, now: datetime) -> Urgency:
	"""Late, today or later; what has no time is for today."""
	if is_late(due, now):
		return Urgency.LATE
	day = due.date() if isinstance(due, datetime) else due
	return Urgency.SOON if day and day > now.date() else Urgency.TODAY


def sort_key(urgency: Urgency, due: date | datetime | None, name: str) -> tuple:
	"""Within a section the earliest first; what has a time before what is for the whole day; what has neither last."""
	if isinstance(due, datetime):
		return urgency, due, name
	return urgency, datetime.combine(due, time.max) if due else datetime.max, name
