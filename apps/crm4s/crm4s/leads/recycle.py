"""Every night: leads that nobody contacted for as long as their grade allows go to the public pool, after a warning. In sets, safe to repeat."""

from collections import defaultdict
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import add_days, now_datetime, nowdate
from pypika.terms import Criterion

from crm4s.leads.notices import tell
from crm4s.leads.pool import put_into_pool
from crm4s.runs import commit
from crm4s.settings import setting

LEAD, GRADE = "C4S Lead", "C4S Lead Grade"
BATCH = 2_000


def recycle_leads() -> None:
	"""Warn first, then put into the pool whoever was warned and not contacted since."""
	warn()
	recycle()


def warn() -> int:
	"""Mark the leads that are due within the warning days, and tell each consultant how many; a lead is marked once while nobody contacts it."""
	ahead, warned = setting("recycle_warning_days"), 0
	counts: dict[str, int] = defaultdict(int)
	for grade, days in _limits().items():
		table = frappe.qb.DocType(LEAD)
		for rows in _idle(grade, days - ahead, warned=False):
			names = [row.name for row in rows]
			frappe.qb.update(table).set(table.recycle_warned_on, now_datetime()).where(table.name.isin(names)).run()
			for row in rows:
				counts[row.sales_consultant] += 1
			warned += len(rows)
	for user, count in counts.items():
		language = frappe.db.get_value("User", user, "language")
		tell(user, _("{0} of your leads go to the public pool soon, as nobody contacted them: contact them now.", language).format(count))
	commit()
	return warned


def recycle() -> int:
	"""Put the leads whose time is over and whose consultant was warned before today into the pool; how many went."""
	count = 0
	for grade, days in _limits().items():
		reason = _("Not contacted for {0} days").format(days)
		for rows in _idle(grade, days, warned=True):
			count += put_into_pool([row.name for row in rows], reason, "Recycled")
			commit()
	return count


def _limits() -> dict[str, int]:
	"""Days by grade, of the grades whose leads go to the pool at all."""
	rows = frappe.get_all(GRADE, {"recycle_after_days": [">", 0]}, ["name", "recycle_after_days"])
	return {row.name: row.recycle_after_days for row in rows}


def _idle(grade: str, days: int, warned: bool) -> Iterator[list[dict]]:
	"""Batches of leads of the grade whose last contact, receipt and change of hands lie at least `days` back.

	Their names are read once; each batch is looked at again when its turn comes, as people go on working.

	`warned`: those who were warned since, and not only today; else those who were not.
	"""
	table = frappe.qb.DocType(LEAD)
	which = _is_idle(table, grade, days, warned)
	names = frappe.qb.from_(table).select(table.name).where(which).run(pluck=True)
	for start in range(0, len(names), BATCH):
		of_batch = which & table.name.isin(names[start : start + BATCH])
		if rows := frappe.qb.from_(table).select(table.name, table.sales_consultant).where(of_batch).run(as_dict=True):
			yield rows


def _is_idle(table, grade: str, days: int, warned: bool) -> Criterion:
	functions = frappe.qb.functions
	never = "1900-01-01"
	last = functions(
		"greatest",
		functions("coalesce", table.last_contacted_on, never),
		functions("coalesce", table.held_since, never),
		functions("coalesce", table.received_on, never),
	)
	told = functions("coalesce", table.recycle_warned_on, never)
	held = table.sales_consultant.isnotnull() & (table.sales_consultant != "")
	idle = (table.status == "Open") & (table.grade == grade) & (table.in_pool == 0) & held & (last < add_days(nowdate(), 1 - max(days, 1)))
	return idle & ((told >= last) & (told < nowdate()) if warned else told < last)
