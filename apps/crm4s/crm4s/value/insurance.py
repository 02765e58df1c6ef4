"""Periods of policies, and the amounts of policies and claims. Days are inclusive: a policy covers its first day from 0:00 and its last up to 24:00."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm4s.value.maintenance import add_months
from crm4s.value.money import Number, to_cents, total

YEAR = 12
# What each side usually bears (percent) for its part in a traffic accident.
USUAL_SHARE = {"Full Fault": 100, "Main Fault": 70, "Equal Fault": 50, "Lesser Fault": 30, "No Fault": 0}


def last_day(first: date, months: int = YEAR) -> date:
	"""The last day of a policy that begins on `first`: 2026-03-01 → 2027-02-28; from 29 February on to the next 28 February."""
	after = add_months(first, months)
	return after - timedelta(days=1) if after.day == first.day else after


def covers(first: date, last: date, day: date) -> bool:
	return first <= day <= last


def overlap(first: date, last: date, other_first: date, other_last: date) -> bool:
	"""Whether two periods have a day in common; one that ended before it began has none."""
	return max(first, other_first) <= min(last, other_last)


@dataclass(frozen=True)
class ClaimAmounts:
	"""What is asked, granted, repaired and paid; to the cent.

	difference: repair less granted, 0 where nothing is repaired here.
	self_paid: what the insurer does not pay of the repair, or of what it granted where nothing is repaired here; 0 until it paid.
	"""

	asked: Decimal
	assessed: Decimal
	supplement: Decimal
	difference: Decimal
	self_paid: Decimal


def claim_amounts(losses: Iterable[tuple[Number, Number, bool]], repair: Number | None, paid: Number | None) -> ClaimAmounts:
	"""The amounts of a claim.

	Args:
		losses: asked, granted, and whether it came after the assessment.
		repair: what the visit charges to the insurer; None where nothing is repaired here.
		paid: by the insurer; None until it paid.
	"""
	rows = list(losses)
	assessed = total(granted for _asked, granted, _later in rows)
	owed = assessed if repair is None else to_cents(repair)
	return ClaimAmounts(
		asked=total(asked for asked, _granted, _later in rows),
		assessed=assessed,
		supplement=total(granted for _asked, granted, later in rows if later),
		difference=to_cents(0) if repair is None else owed - assessed,
		self_paid=to_cents(0) if paid is None else max(owed - to_cents(paid), to_cents(0)),
	)
