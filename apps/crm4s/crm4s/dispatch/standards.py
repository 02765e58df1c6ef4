"""When a team should have been sent, and be there: from the standards of the trouble, or from the planned time. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

CALLED, DISPATCHED, ON_THE_WAY, ON_SITE = "Called", "Dispatched", "On the Way", "On Site"
SOLVED, TOWED, CANCELLED = "Solved", "Towed", "Cancelled"
ENDED = (SOLVED, TOWED, CANCELLED)
# A team that was sent is taken until it has ended.
SENT = (DISPATCHED, ON_THE_WAY, ON_SITE)
OPEN = (CALLED, *SENT)
FOLLOWING = {
	CALLED: (DISPATCHED, CANCELLED),
	DISPATCHED: (CALLED, ON_THE_WAY, ON_SITE, CANCELLED),
	ON_THE_WAY: (CALLED, DISPATCHED, ON_SITE, CANCELLED),
	ON_SITE: (SOLVED, TOWED, CANCELLED),
	SOLVED: (),
	TOWED: (),
	CANCELLED: (),
}
SENT_LATE, THERE_LATE, STAYS_LONG = "Sent Late", "There Late", "Stays Long"


class Standard(NamedTuple):
	"""Minutes from the call until a team is sent and until it is there, and of its work on site; 0 sets none."""

	dispatch: int = 0
	arrival: int = 0
	on_site: int = 0


def deadlines(standard: Standard, called_on: datetime, planned_from: datetime | None) -> tuple[datetime | None, datetime | None]:
	"""Until when a team should be sent and be there: at the planned time where there is one, else so long after the call."""
	if planned_from:
		return planned_from, planned_from
	return tuple(called_on + timedelta(minutes=minutes) if minutes else None for minutes in standard[:2])


def minutes_between(start: datetime | None, end: datetime | None) -> int | None:
	"""Full minutes, never negative; None where one of both is missing."""
	return max(int((end - start).total_seconds()) // 60, 0) if start and end else None


def lateness(order, now: datetime) -> str | None:
	"""Why an order is red now: nobody was sent, nobody is there, or the work takes longer than its standard.

	Args:
		order: mapping with status, dispatch_by, arrive_by, arrived_on and on_site_standard.
	"""
	if order["status"] == CALLED and order["dispatch_by"] and now > order["dispatch_by"]:
		return SENT_LATE
	if order["status"] in (CALLED, DISPATCHED, ON_THE_WAY) and order["arrive_by"] and now > order["arrive_by"]:
		return THERE_LATE
	standard = order["on_site_standard"]
	if order["status"] == ON_SITE and standard and now > order["arrived_on"] + timedelta(minutes=standard):
		return STAYS_LONG
	return None
