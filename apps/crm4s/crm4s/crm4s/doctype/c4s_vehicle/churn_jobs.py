"""The stages of all cars: every night of those that enter a stage on that day or that something happened to, all of them after a change of the stages.

A settled visit, a saved car and an intake write their cars at once; this is for time that passes, for what came another way, and for what
was interrupted. Slices are a transaction each; a run over all cars that was killed is continued by the next one, and two at once write the same.
"""

import json

from frappe.utils import getdate, now, nowdate

from crm4s.crm4s.doctype.c4s_vehicle.car_sets import changed_names
from crm4s.crm4s.doctype.c4s_vehicle.churn_stage import CAR, VISIT, names_due, refresh, refresh_range, stages
from crm4s.rows.writer import lock_rows
from crm4s.runs import Progress, commit
from crm4s.settings import setting
from crm4s.workflows.placing import end_of_batch

PROGRESS = Progress("crm4s_churn_stages")
BATCH = 10_000


def recompute() -> int:
	"""Every night; how many cars were written."""
	state, count = PROGRESS.state(), 0
	if "after" in state or state.get("measures") != _measures():
		count += recompute_all()
	since, until = PROGRESS.state()["since"], now()
	for names in changed_names(VISIT, since, until, BATCH):
		count += _refresh(names)
	for names in names_due(getdate(nowdate()), BATCH):
		count += _refresh(names)
	PROGRESS.note(since=until)
	return count


def recompute_all() -> int:
	"""All cars, from where an earlier run was interrupted; how many were written."""
	measures = _measures()
	state = PROGRESS.state()
	# With other measures than those it began with an interrupted run begins anew.
	goes_on = "after" in state and state.get("begun_with") == measures
	after, began, count = (state["after"], state["began"], 0) if goes_on else ("", now(), 0)
	while last := end_of_batch(CAR, after, BATCH):
		commit()
		# The name after which the last slice ended lies in this one too, which costs nothing.
		count += refresh_range(after, last)
		PROGRESS.note(after=last, began=began, begun_with=measures)
		after = last
	PROGRESS.note(after=None, began=None, begun_with=None, since=began, measures=measures)
	return count


def _refresh(names: list[str]) -> int:
	commit()
	# The first statement of the transaction: nobody's visit comes between what is read here and what is written.
	lock_rows(CAR, names)
	count = refresh(names)
	commit()
	return count


def _measures() -> str:
	"""What the stage of every car depends on, as a text that changes with it."""
	return json.dumps([[[stage.name, stage.factor, stage.least_months] for stage in stages()], setting("usual_visit_interval_days")])
