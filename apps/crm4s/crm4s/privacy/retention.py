"""What is not kept for ever: every night, documents that are older than their period are deleted, or lose the person.

Set by set in the order of their date, with a note of how far it went in the same transaction; a night that was killed goes on the next one.
What is held is left, and looked at again after its hold is released.
"""

from datetime import datetime

import frappe
from frappe.utils import add_months, get_datetime, now_datetime

from crm4s.privacy import attached, holds, wiping
from crm4s.runs import commit, rollback
from crm4s.turns import turn

PERIOD, RUN = "C4S Keeping Period", "C4S Keeping Run"
DELETE, REMOVE_PERSON = "Delete", "Remove the Person"
UNDER_WAY, FINISHED, FAILED = "Under Way", "Finished", "Failed"
FIELDS_OF_ALL = ("creation", "modified")
# What may go as a whole: logs, links, what waits or was taken in, and words that no figure counts.
MAY_BE_DELETED = frozenset(
	(
		*("C4S Query Log", "C4S Quarantined Lead", "C4S Lead Request", "C4S DMS Waiting Record", "C4S DMS Conflict"),
		*("C4S Spreadsheet Import", "C4S Approval Link", "C4S Portal Link", "C4S Portal Device", "C4S Club Post", "C4S Keeping Run"),
		*("C4S Reception Queue Entry", "C4S Periodic Report Delivery", "C4S Segment Member", "C4S DMS Count", "C4S Care Run"),
	)
)
MARK = "[—]"
DOCUMENTS_OF_ONE_TURN = 500
# A night does not work longer than this on one period; the rest comes the next night.
MOST_TURNS = 400


def may_be_deleted(doctype: str) -> bool:
	return doctype in MAY_BE_DELETED


def run_nightly() -> None:
	"""Carry out every period that is switched on; one that fails does not stop the others."""
	with turn("keeping") as mine:
		for name in frappe.get_all(PERIOD, {"enabled": 1}, pluck="name", order_by="name") if mine else ():
			run(name)


def run(period: str) -> str:
	"""Carry out one period; the name of the report."""
	rule = frappe.get_doc(PERIOD, period)
	before = add_months(now_datetime(), -rule.months)
	report = _begin(rule, before)
	try:
		done, held = _all_due(rule, before, report)
		_end(rule, report, {"status": FINISHED, "done_count": done, "held_count": held})
	except Exception:
		rollback()
		frappe.log_error(title="Keeping period", message=frappe.get_traceback())
		_end(rule, report, {"status": FAILED, "error": frappe.get_traceback().splitlines()[-1][:140]})
	commit()
	return report


def due(rule, before: datetime, after: tuple | None = None) -> list:
	"""The next documents whose time is over: (name, date), those behind `after` in the order of date and name."""
	table = frappe.qb.DocType(rule.document_type)
	since = table[rule.counts_from]
	query = frappe.qb.from_(table).select(table.name, since).where(since < before)
	if statuses := _statuses(rule):
		query = query.where(table.status.isin(statuses))
	if after:
		query = query.where((since > after[1]) | ((since == after[1]) & (table.name > after[0])))
	return query.orderby(since).orderby(table.name).limit(DOCUMENTS_OF_ONE_TURN).run()


def count_due(rule) -> int:
	"""How many documents the next night would take; what has lost the person already is not among them."""
	filters = [[rule.counts_from, "<", add_months(now_datetime(), -rule.months)]]
	if rule.done_until and rule.action == REMOVE_PERSON:
		filters.append([rule.counts_from, ">=", rule.done_until])
	if statuses := _statuses(rule):
		filters.append(["status", "in", statuses])
	return frappe.db.count(rule.document_type, filters)


def _statuses(rule) -> list[str]:
	"""Those that a document must have, one a line; none where any will do."""
	return [line.strip() for line in (rule.statuses or "").splitlines() if line.strip()]


def released() -> None:
	"""After a hold was released: what was left for it is due."""
	frappe.db.set_value(PERIOD, {"done_until": ["is", "set"]}, "done_until", None, update_modified=False)


def _all_due(rule, before: datetime, report: str) -> tuple[int, int]:
	done = held = 0
	# What was done before is done: a document keeps its date when it loses the person.
	after = ("", get_datetime(rule.done_until)) if rule.done_until and rule.action == REMOVE_PERSON else None
	for _turn in range(MOST_TURNS):
		rows = due(rule, before, after)
		if not rows:
			_note(rule, report, before, done, held)
			break
		names = [name for name, _date in rows]
		kept = holds.held(rule.document_type, names)
		_carry_out(rule, [name for name in names if name not in kept])
		done, held, after = done + len(names) - len(kept), held + len(kept), rows[-1]
		_note(rule, report, after[1], done, held)
	return done, held


def _carry_out(rule, names: list[str]) -> None:
	if not names:
		return
	attached.remove(rule.document_type, names)
	if rule.action == REMOVE_PERSON:
		wiping.wipe(rule.document_type, names, MARK)
	else:
		wiping.delete(rule.document_type, names)
	for name in names:
		frappe.clear_document_cache(rule.document_type, name)


def _begin(rule, before: datetime) -> str:
	values = {"period": rule.name, "document_type": rule.document_type, "action": rule.action, "status": UNDER_WAY, "before_day": before, "began_on": now_datetime()}
	name = frappe.get_doc({"doctype": RUN, **values}).insert(ignore_permissions=True).name
	commit()
	return name


def _note(rule, report: str, until, done: int, held: int) -> None:
	"""How far it went, committed with what was done; of what was killed in the middle of one date, this date is looked at again."""
	frappe.db.set_value(RUN, report, {"done_count": done, "held_count": held}, update_modified=False)
	frappe.db.set_value(PERIOD, rule.name, "done_until", until, update_modified=False)
	commit()


def _end(rule, report: str, values: dict) -> None:
	moment = now_datetime()
	frappe.db.set_value(RUN, report, {**values, "ended_on": moment}, update_modified=False)
	counts = {"last_count": values["done_count"], "last_held": values["held_count"]} if "done_count" in values else {}
	frappe.db.set_value(PERIOD, rule.name, {"last_run_on": moment, **counts}, update_modified=False)
