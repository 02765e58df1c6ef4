"""The stages of all cars: every night of those that enter a stage on that day or that something happened to, all of them after a change of the stages.

A settled visit, a saved car and an intake write their cars at once; this is for time that passes, for what came another way, and for what
was interrupted. Slices are a transaction each; a run over all cars that was killed is continued by the next one, and two at once write the same.
"""

import json
from collections.abc import Iterator

import frappe
from frappe.utils import getdate, now, nowdate

from crm4s.crm4s.doctype.c4s_vehicle.churn_stage import CAR, VISIT, names_due, refresh, refresh_range, stages
from crm4s.intake.writer import lock_rows
from crm4s.settings import setting
from crm4s.workflows.placing import end_of_batch

STATE_ROW = {"parent": "__global", "defkey": "crm4s_churn_stages"}
BATCH = 10_000
MODEL = "C4S Vehicle Model"


def recompute() -> int:
	"""Every night; how many cars were written."""
	state, count = _state(), 0
	if "after" in state or state.get("measures") != _measures():
		count += recompute_all()
	since, until = _state()["since"], now()
	for names in _changed_names(since, until):
		count += _refresh(names)
	for names in names_due(getdate(nowdate()), BATCH):
		count += _refresh(names)
	_remember(since=until)
	return count


def recompute_all() -> int:
	"""All cars, from where an earlier run was interrupted; how many were written."""
	measures = _measures()
	state = _state()
	# With other measures than those it began with an interrupted run begins anew.
	goes_on = "after" in state and state.get("begun_with") == measures
	after, began, count = (state["after"], state["began"], 0) if goes_on else ("", now(), 0)
	while last := end_of_batch(CAR, after, BATCH):
		_commit()
		# The name after which the last slice ended lies in this one too, which costs nothing.
		count += refresh_range(after, last)
		_remember(after=last, began=began, begun_with=measures)
		after = last
	_remember(after=None, began=None, begun_with=None, since=began, measures=measures)
	return count


def forget_state() -> None:
	"""The next run is the first one."""
	frappe.db.delete("DefaultValue", STATE_ROW)


def _refresh(names: list[str]) -> int:
	_commit()
	# The first statement of the transaction: nobody's visit comes between what is read here and what is written.
	lock_rows(CAR, names)
	count = refresh(names)
	_commit()
	return count


def _measures() -> str:
	"""What the stage of every car depends on, as a text that changes with it."""
	return json.dumps([[[stage.name, stage.factor, stage.least_months] for stage in stages()], setting("usual_visit_interval_days")])


def _changed_names(since: str, until: str) -> Iterator[list[str]]:
	"""Cars that something happened to in that time, in order, in slices."""
	car, visit, model = (frappe.qb.DocType(doctype) for doctype in (CAR, VISIT, MODEL))
	changed_models = frappe.qb.from_(model).select(model.name).where(model.modified[since:until])
	after = ""
	while True:
		visited = frappe.qb.from_(visit).select(visit.vehicle).where(visit.modified[since:until] & (visit.vehicle > after))
		saved = frappe.qb.from_(car).select(car.name).where(car.modified[since:until] & (car.name > after))
		of_models = frappe.qb.from_(car).select(car.name).where(car.model.isin(changed_models) & (car.name > after))
		names: set[str] = set()
		for query, column in ((visited, visit.vehicle), (saved, car.name), (of_models, car.name)):
			names.update(query.distinct().orderby(column).limit(BATCH).run(pluck=True))
		if not names:
			return
		# Beyond the shortest of the three there may be more that sort before the others' last.
		found = sorted(names)[:BATCH]
		yield found
		after = found[-1]


def _state() -> dict:
	return json.loads(frappe.db.get_value("DefaultValue", STATE_ROW, "defvalue") or "{}")


def _remember(**changes) -> None:
	"""As a row only: frappe.db.set_global would empty the caches of the whole site at each slice."""
	text = json.dumps({key: value for key, value in {**_state(), **changes}.items() if value is not None})
	name = frappe.db.get_value("DefaultValue", STATE_ROW)
	if name:
		frappe.db.set_value("DefaultValue", name, "defvalue", text, update_modified=False)
	else:
		frappe.get_doc({"doctype": "DefaultValue", **STATE_ROW, "parenttype": "__global", "parentfield": "system_defaults", "defvalue": text}).db_insert()
	_commit()


def _commit() -> None:
	# Tests roll back what they did.
	if not frappe.flags.in_test:
		frappe.db.commit()
