"""When which step is due for a document: rows of C4S Escalation, kept whenever the document is saved. The one writer of them, beside `climbing`."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta

import frappe
from frappe.utils import get_datetime, now_datetime

from crm4s.calendars.working_hours import SEARCH_DAYS, WorkingHours
from crm4s.escalation.clocks import PAUSED, RUNNING, Clock, Subject, after_pause, moment_of
from crm4s.rows.writer import Writes, read_rows
from crm4s.runs import Progress, commit, guarded
from crm4s.store_hours import working_hours

ESCALATION, STEP = "C4S Escalation", "C4S Escalation Step"
PLANNED, STANDING, DONE, CALLED_OFF = "Planned", "Standing Still", "Done", "Called Off"
# Names by document type the function that reads subjects: of these names, or without names the open ones after a name, at most so many.
HOOK = "c4s_escalation_subjects"
SLICE = 200
LONG_AGO = timedelta(days=1)
COLUMNS = ("name", "document_type", "document_name", "dealership", "deadline", "round", "step", "percent", "due_on", "planned_on", "status", "stands_since", "step_key")
SEEN = Progress("crm4s-escalation-steps")


def plan(subject: Subject) -> None:
	"""Bring the steps of a document to what its deadlines say now, in the caller's transaction.

	Steps of deadlines that are met are called off, those of a pause stand still and go on later by as much working time; what was told stays told.
	What was planned by a deadline that did not change is left, also where the store's hours did.
	"""
	_plan([subject])


def forget(document_type: str, document_name: str) -> None:
	"""A document that is deleted leaves no steps."""
	frappe.db.delete(ESCALATION, {"document_type": document_type, "document_name": document_name})


def follow_changed_steps() -> int:
	"""Plan all open documents anew if somebody changed the ladder since the last time; how many those were."""
	now_known = _fingerprint()
	if SEEN.text() == now_known:
		return 0
	planned = [_plan_all(frappe.get_attr(paths[-1])) for paths in frappe.get_hooks(HOOK).values()]
	if all(is_complete for _count, is_complete in planned):
		SEEN.keep(now_known)
	return sum(count for count, _is_complete in planned)


def _plan_all(read: Callable) -> tuple[int, bool]:
	"""How many documents were looked at, and whether all could be planned; those that could not are tried again by the next run.

	A new rung tells nobody of what it would have told long ago: else a changed ladder would ring at everybody's at once.
	"""
	count, after, is_complete = 0, "", True
	while subjects := read(after=after, limit=SLICE):
		is_complete &= bool(guarded(lambda found=subjects: _plan(found, LONG_AGO) or True, "The steps of escalation could not be planned"))
		commit()
		count, after = count + len(subjects), subjects[-1].document_name
	return count, is_complete


def _plan(subjects: Sequence[Subject], too_late_after: timedelta | None = None) -> None:
	steps, hours = _steps(), _Hours()
	rows = _rows_of(subjects)
	writes, dropped = Writes(), []
	for subject in subjects:
		known = rows.get((subject.document_type, subject.document_name), [])
		wanted = {key: pair for clock in subject.clocks for key, pair in _wanted(subject, clock, steps)}
		for row in known:
			if row.dealership != subject.dealership:
				# A document that changed stores takes its steps along.
				writes.update(ESCALATION, row.name, {"dealership": subject.dealership})
			if row.status in (DONE, CALLED_OFF):
				continue
			if row.step_key in wanted:
				change = _change(row, wanted[row.step_key][1], lambda: hours.of(subject.dealership))
				if change:
					writes.update(ESCALATION, row.name, change)
			elif any(step.name == row.step for step in steps):
				writes.update(ESCALATION, row.name, {"status": CALLED_OFF, "stands_since": None})
			else:
				dropped.append(row.name)
		have = {row.step_key: row for row in known}
		for key, (step, clock) in wanted.items():
			if key not in have:
				row = _new_row(subject, key, step, clock, hours.of(subject.dealership))
				if too_late_after and row["planned_on"] < now_datetime() - too_late_after:
					row["status"] = DONE
				writes.insert(ESCALATION, row)
			elif have[key].status == CALLED_OFF:
				# Called off by mistake: what was noted as answered was not.
				writes.update(ESCALATION, have[key].name, _state_of(clock) | {"due_on": clock.due_on})
	writes.flush()
	if dropped:
		frappe.db.delete(ESCALATION, {"name": ["in", dropped]})


def _wanted(subject: Subject, clock: Clock, steps: Sequence) -> list[tuple]:
	if clock.state not in (RUNNING, PAUSED):
		return []
	fitting = [
		step for step in steps
		if (step.document_type, step.deadline) == (subject.document_type, clock.deadline) and step.severity in (None, "", subject.grade)
	]
	return [(key_of(subject, clock, step.name), (step, clock)) for step in fitting]


def key_of(subject: Subject, clock: Clock, step: str) -> str:
	"""One step for one deadline of one round of a document."""
	parts = f"{subject.document_type}|{subject.document_name}|{clock.deadline}|{subject.round}|{step}"
	return hashlib.sha256(parts.encode()).hexdigest()[:40]


def _change(row, clock: Clock, hours: Callable[[], WorkingHours]) -> dict:
	if clock.state == PAUSED:
		return {} if row.status == STANDING else {"status": STANDING, "stands_since": now_datetime()}
	if row.status == STANDING:
		moment = after_pause(hours(), get_datetime(row.planned_on), get_datetime(row.stands_since), now_datetime())
		return {"status": PLANNED, "stands_since": None, "planned_on": moment, "due_on": clock.due_on}
	if get_datetime(row.due_on) == clock.due_on:
		return {}
	return {"due_on": clock.due_on, "planned_on": moment_of(hours(), clock, row.percent)}


def _state_of(clock: Clock) -> dict:
	if clock.state == PAUSED:
		return {"status": STANDING, "stands_since": now_datetime()}
	return {"status": PLANNED, "stands_since": None}


def _new_row(subject: Subject, key: str, step, clock: Clock, hours: WorkingHours) -> dict:
	return {
		"document_type": subject.document_type, "document_name": subject.document_name, "dealership": subject.dealership,
		"deadline": clock.deadline, "round": subject.round, "step": step.name, "percent": step.percent, "due_on": clock.due_on,
		"planned_on": moment_of(hours, clock, step.percent), "step_key": key, "told_on": None, "told": None, **_state_of(clock),
	}


def _steps() -> list:
	fields = ["name", "document_type", "deadline", "percent", "severity"]
	return frappe.get_all(STEP, {"enabled": 1}, fields, order_by="percent, name")


def _rows_of(subjects: Sequence[Subject]) -> dict[tuple[str, str], list]:
	"""Locked, so that a step is not taken while it is planned anew; by their names, as a lock on what is not there would stop others' new rows."""
	escalation = frappe.qb.DocType(ESCALATION)
	documents = [subject.document_name for subject in subjects] or [""]
	names = frappe.qb.from_(escalation).select(escalation.name).where(escalation.document_name.isin(documents)).run(pluck=True)
	found: dict[tuple[str, str], list] = {}
	for row in read_rows(ESCALATION, "name", names, COLUMNS, locking=True) if names else []:
		found.setdefault((row.document_type, row.document_name), []).append(row)
	return found


def _fingerprint() -> str:
	rows = frappe.get_all(STEP, ["name", "document_type", "deadline", "percent", "severity", "enabled"], order_by="name", as_list=True)
	return hashlib.sha256(repr([list(row) for row in rows]).encode()).hexdigest()


class _Hours:
	"""The working hours of each store, read once."""

	def __init__(self):
		self.known: dict[str, WorkingHours] = {}

	def of(self, dealership: str) -> WorkingHours:
		if dealership not in self.known:
			today = now_datetime().date()
			# Deadlines of long ago and of the next year.
			self.known[dealership] = working_hours(dealership, today - timedelta(days=SEARCH_DAYS), today + timedelta(days=SEARCH_DAYS))
		return self.known[dealership]
