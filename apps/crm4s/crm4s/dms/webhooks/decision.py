"""What an answer means, and what follows. Pure.

A receiver that is away, or is not well, is waited for and uses up nothing: a system that is away for a day loses nothing. A receiver that
answers and refuses a message gets it again a few times; then it is dead, a person looks at it, and the others go on.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm4s.messages.backoff import wait_seconds

TAKEN, REFUSED, AWAY = "taken", "refused", "away"
# It has understood, and says no to this message. Everything else is about the receiver: a wrong address, a wrong signature, a breakdown.
REFUSED_STATUSES = frozenset((400, 409, 410, 413, 415, 422))
FIRST_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 24 * 3600
# A receiver that is away is asked at least so often, so that it is not kept waiting when it is back.
LONGEST_PAUSE_SECONDS = 15 * 60
# With doubled waits from a minute to a day that is two and a half days.
MOST_TRIES = 12
FAILURES_UNTIL_BROKEN = 5
GOOD, FAILING, BROKEN = "Good", "Failing", "Broken"
WAITING, DELIVERED, DEAD = "Waiting", "Delivered", "Dead"


@dataclass(frozen=True)
class State:
	"""How an endpoint and its delivery stand.

	Attributes:
		failures: of the receiver in a row.
		tries: refusals of this delivery.
		attempted_on: when this delivery was sent last.
		last_success_on: when the receiver took anything last, a question whether it is there included.
	"""

	failures: int = 0
	tries: int = 0
	status: str = WAITING
	attempted_on: datetime | None = None
	last_success_on: datetime | None = None
	endpoint_waits_until: datetime | None = None
	delivery_waits_until: datetime | None = None

	@property
	def connection(self) -> str:
		return GOOD if not self.failures else FAILING if self.failures < FAILURES_UNTIL_BROKEN else BROKEN


def meaning(status: int | None) -> str:
	"""Of an answer's status, None where there was no answer."""
	if status is not None and 200 <= status < 300:
		return TAKEN
	return REFUSED if status in REFUSED_STATUSES else AWAY


def after_attempt(state: State, status: int | None, now: datetime, luck: float, wished_seconds: float | None = None) -> State:
	"""What follows from sending a delivery.

	Args:
		status: of the answer; None where there was none.
		luck: from 0 to 1, which spreads the waits.
		wished_seconds: what the receiver asked for.
	"""
	said = meaning(status)
	if said == TAKEN:
		return replace(state, failures=0, status=DELIVERED, last_success_on=now, attempted_on=now, endpoint_waits_until=None, delivery_waits_until=None)
	if said == REFUSED:
		return _refused(replace(state, failures=0, endpoint_waits_until=None, last_success_on=now), now, luck, wished_seconds)
	if status is not None and status >= 500 and _took_others(state):
		# It takes other things and breaks down at this one: it is this one.
		return _refused(state, now, luck, wished_seconds)
	return after_failure(replace(state, attempted_on=now), now, luck, wished_seconds)


def after_failure(state: State, now: datetime, luck: float, wished_seconds: float | None = None) -> State:
	"""The receiver is away or not well."""
	failures = state.failures + 1
	wait = min(wait_seconds(failures, FIRST_WAIT_SECONDS, luck, wished_seconds), max(LONGEST_PAUSE_SECONDS, wished_seconds or 0))
	return replace(state, failures=failures, endpoint_waits_until=now + timedelta(seconds=wait))


def after_answer(state: State, now: datetime) -> State:
	"""A receiver that was left alone answers the question whether it is there."""
	return replace(state, failures=0, last_success_on=now, endpoint_waits_until=None)


def _refused(state: State, now: datetime, luck: float, wished_seconds: float | None) -> State:
	tries = state.tries + 1
	if tries >= MOST_TRIES:
		return replace(state, tries=tries, status=DEAD, attempted_on=now, delivery_waits_until=None)
	wait = wait_seconds(tries, FIRST_WAIT_SECONDS, luck, wished_seconds, LONGEST_WAIT_SECONDS)
	return replace(state, tries=tries, attempted_on=now, delivery_waits_until=now + timedelta(seconds=wait))


def _took_others(state: State) -> bool:
	return bool(state.attempted_on and state.last_success_on and state.last_success_on > state.attempted_on)
