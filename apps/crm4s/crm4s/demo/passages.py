"""Through which states each lead of the demo came, and when: what the funnel and the times of the states count. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pandas as pd

from crm4s.demo.leads import Leads

# The first talk comes soon after receipt; later states take longer and longer. Share of the whole time at which state n of m is entered.
PACE = 1.7


def lead_passages(leads: Leads, path: Sequence[str], states: Mapping[str, str | None], ends: Mapping[str, str | None]) -> pd.DataFrame:
	"""One row a passage: document_name (the lead's key), dealership, state, status, entered_on, left_on, seconds, entered_by, left_by.

	Args:
		path: the states of open leads in their order.
		states: the state in which each lead stands now, by its key.
		ends: the state of won and lost leads by status.
	"""
	talks = leads.contacts["parent"].value_counts()
	rows = []
	for lead in leads.leads.to_dict("records"):
		rows += _passages(lead, path, states[lead["external_key"]], ends, int(talks.get(lead["external_key"], 0)))
	return pd.DataFrame(rows, dtype=object)


def _passages(lead: dict, path: Sequence[str], stands: str | None, ends: Mapping[str, str | None], talks: int) -> list[dict]:
	end = {"Won": lead["won_on"], "Lost": lead["lost_on"]}.get(lead["status"])
	if lead["status"] == "Open":
		through = path[: path.index(stands) + 1] if stands in path else path[:1]
		last = lead["last_contacted_on"] or lead["received_on"]
	else:
		reached = len(path) if lead["status"] == "Won" else min(talks, len(path))
		through, last = path[:reached], end
	entered = _moments(lead["received_on"], last, len(through), bool(end))
	steps = list(zip(through, ["Open"] * len(through), entered, strict=True))
	if end and ends.get(lead["status"]):
		steps.append((ends[lead["status"]], lead["status"], end))
	return [_row(lead, step, following) for step, following in zip(steps, [*steps[1:], None], strict=True)]


def _moments(first: datetime, last: datetime, count: int, goes_on: bool) -> list[datetime]:
	"""When each of `count` states was entered, the first at `first`, none after `last`, to the minute."""
	whole, parts = (last - first).total_seconds() // 60, max(count - (0 if goes_on else 1), 1)
	return [first + timedelta(minutes=int(whole * (number / parts) ** PACE)) for number in range(count)]


def _row(lead: dict, step: tuple, following: tuple | None) -> dict:
	state, status, entered_on = step
	left_on = following[2] if following else None
	return {
		"document_name": lead["external_key"],
		"dealership": lead["dealership"],
		"state": state,
		"status": status,
		"entered_on": entered_on,
		"left_on": left_on,
		"seconds": int((left_on - entered_on).total_seconds()) if left_on else 0,
		"entered_by": lead["sales_consultant"],
		"left_by": lead["sales_consultant"] if left_on else None,
	}
