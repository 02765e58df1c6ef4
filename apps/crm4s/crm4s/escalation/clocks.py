"""How the deadlines of a document stand, and when a step of the ladder is due. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm4s.calendars.working_hours import NeverOpenError, WorkingHours, add_working_minutes, working_minutes_between

RESPONSE, RESOLUTION = "First Response", "Resolution"
RUNNING, PAUSED, STOPPED = "Running", "Paused", "Stopped"


@dataclass(frozen=True)
class Clock:
	"""One deadline.

	Attributes:
		deadline: RESPONSE or RESOLUTION.
		started_on: when this round began.
		due_on: what was promised, with the pauses up to now.
		minutes: how much working time was promised.
		paused_minutes: how much working time it stood still since `started_on`, up to the last time it went on.
		state: STOPPED for a deadline that is met or of no use any more.
		paused_since: where it stands still.
	"""

	deadline: str
	started_on: datetime
	due_on: datetime
	minutes: int
	paused_minutes: int = 0
	state: str = RUNNING
	paused_since: datetime | None = None


@dataclass(frozen=True)
class Subject:
	"""A document with deadlines.

	Attributes:
		round: how often it was opened again; each round climbs anew.
		grade: a C4S Complaint Severity; steps that name another one are not for this document. None where there is no such thing.
	"""

	document_type: str
	document_name: str
	dealership: str
	clocks: Sequence[Clock]
	round: int = 0
	grade: str | None = None


def moment_of(hours: WorkingHours, clock: Clock, percent: int) -> datetime:
	"""When so much of the promised working time is over; 100 is the deadline itself, whatever the hours say now. Never later than it below 100."""
	try:
		if percent < 100:
			spent = clock.minutes * percent // 100 + clock.paused_minutes
			return min(clock.due_on, add_working_minutes(hours, clock.started_on, spent))
		return add_working_minutes(hours, clock.due_on, clock.minutes * (percent - 100) // 100)
	except NeverOpenError:
		return clock.due_on


def spent(hours: WorkingHours, clock: Clock, now: datetime) -> int:
	"""How much of the promised working time is over, in minutes, without the pauses; more than was promised once it is late."""
	until = min(now, clock.paused_since) if clock.paused_since else now
	if until > clock.due_on:
		return clock.minutes + working_minutes_between(hours, clock.due_on, until)
	return max(0, clock.minutes - working_minutes_between(hours, until, clock.due_on))


def after_pause(hours: WorkingHours, moment: datetime, paused_from: datetime, paused_until: datetime) -> datetime:
	"""A moment put off by the working time of a pause; one that was over when the pause began stays."""
	if moment <= paused_from:
		return moment
	try:
		return add_working_minutes(hours, moment, working_minutes_between(hours, paused_from, paused_until))
	except NeverOpenError:
		return moment
