"""By the clock: points for what came without being saved one by one, points that expire, tiers that are looked at again.

The scheduler calls each of them every night. Each goes in slices of a transaction each, is safe to kill, and does nothing a second time.
"""

from collections.abc import Iterator
from itertools import chain

import frappe
from frappe.utils import add_to_date, get_datetime, now, nowdate

from crm4s.membership import earning, tiers
from crm4s.membership.ledger import ACTIVE, EARN, ENTRY, MEMBERSHIP, expire
from crm4s.rows.ranges import in_slices, names_in_slices
from crm4s.runs import Progress, commit

PROGRESS = Progress("crm4s_membership_earning")
SLICE = 1000
# A transaction may be committed after a later one was.
OVERLAP_HOURS = 1


def earn_missed() -> int:
	"""Award what was settled or delivered since the last run, and take back what was opened again: what intake brought, and what was interrupted.

	Only documents whose customer is a member are looked at. The first run looks at everything since the first membership began.
	Returns: how many entries were made.
	"""
	until, count = now(), 0
	since = _since()
	for doctype in earning.DONE if since else ():
		for rows in chain(_changed(doctype, since, until), _opened_again(doctype, since, until)):
			names, memberships = zip(*rows, strict=True)
			count += earning.catch_up(doctype, names, memberships, commit=not frappe.flags.in_test)
	PROGRESS.keep(until)
	return count


def expire_points() -> int:
	"""Book out what is over; how many entries that made."""
	member, count = frappe.qb.DocType(MEMBERSHIP), 0
	for names in names_in_slices(frappe.qb.from_(member).where(member.next_expiry_on < nowdate()), member.name, SLICE):
		commit()
		count += expire(names)
		commit()
	return count


def review_tiers() -> int:
	"""Those whose day has come; how many are in another tier now."""
	member, count = frappe.qb.DocType(MEMBERSHIP), 0
	query = frappe.qb.from_(member).where((member.status == ACTIVE) & (member.review_on.isnull() | (member.review_on <= nowdate())))
	for names in names_in_slices(query, member.name, SLICE):
		commit()
		count += tiers.review(names)
		commit()
	return count


def _changed(doctype: str, since: str, until: str) -> Iterator[list[tuple[str, str]]]:
	"""Names of what was changed in that time and belongs to members, with the membership, in slices."""
	table, member = frappe.qb.DocType(doctype), frappe.qb.DocType(MEMBERSHIP)
	query = frappe.qb.from_(table).join(member).on(member.customer == table.customer).select(table.name, member.name.as_("membership"))
	yield from _pairs(query.where((table.modified >= since) & (table.modified <= until)), table)


def _opened_again(doctype: str, since: str, until: str) -> Iterator[list[tuple[str, str]]]:
	"""As `_changed`, those that have earned and are not done any more: the customer may be another one by now, and no member."""
	table, entry = frappe.qb.DocType(doctype), frappe.qb.DocType(ENTRY)
	done, _day = earning.DONE[doctype]
	earned = (entry.reference_doctype == doctype) & (entry.reference_name == table.name) & (entry.entry_kind == EARN)
	query = frappe.qb.from_(table).join(entry).on(earned).select(table.name, entry.membership)
	yield from _pairs(query.where((table.modified >= since) & (table.modified <= until) & (table.status != done)), table)


def _pairs(query, table) -> Iterator[list[tuple[str, str]]]:
	for rows in in_slices(query, table.name, SLICE):
		yield [(row.name, row.membership) for row in rows]


def _since() -> str | None:
	"""Where the last run ended; before the first, when the first membership began; None without members."""
	if stored := PROGRESS.text():
		return str(add_to_date(get_datetime(stored), hours=-OVERLAP_HOURS))
	first = frappe.get_all(MEMBERSHIP, pluck="since", order_by="since", limit=1)
	return str(first[0]) if first else None
