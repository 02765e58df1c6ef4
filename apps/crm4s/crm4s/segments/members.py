"""Who is in a segment: kept as rows of C4S Segment Member, refreshed in slices over ranges of customers.

A slice is a transaction that begins by locking its segment: two refreshes at once take turns and the second finds nothing to do; of a killed one
whole slices stay, and the next does what is left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now, now_datetime
from pypika.terms import ExistsCriterion

from crm4s.access.customers import CUSTOMER
from crm4s.rows.names import free_names
from crm4s.rows.writer import insert_unless_known
from crm4s.runs import commit, guarded
from crm4s.segments.catalogue import label_of
from crm4s.segments.finding import FILTER, closed_conditions, customers_of, is_customer_of, stores_of_segment

SEGMENT, MEMBER = "C4S Segment", "C4S Segment Member"
SLICE = 10_000
# In the place of a value that not everybody may read.
HIDDEN = "****"
COLUMNS = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "segment", "customer", "added_on", "added_by", "customer_name")


@dataclass
class Counts:
	added: int = 0
	removed: int = 0
	size: int = 0


def holds(segment: str, customer_column):
	"""Criterion that `customer_column`, a column with names of customers, is a member of the segment as it was last refreshed."""
	member = frappe.qb.DocType(MEMBER)
	return ExistsCriterion(
		frappe.qb.from_(member).select(member.name).where((member.segment == segment) & (member.customer == customer_column))
	)


def members_of(segment: str):
	"""Query of the names of the segment's members."""
	member = frappe.qb.DocType(MEMBER)
	return frappe.qb.from_(member).where(member.segment == segment).select(member.customer)


def refresh(segment: str, tell: Callable[[int, int], None] | None = None) -> Counts:
	"""Bring the members up to date: those whom the conditions mean now; of a list, those who are still customers of its stores.

	A segment with a condition on a field that only some may read is switched off instead.

	Args:
		tell: called after each slice with how many customers were looked at and how many there are.
	"""
	if _switched_off(segment):
		return Counts(size=write_size(segment))
	counts, done, meant = Counts(), 0, frappe.db.get_value(SEGMENT, segment, "modified")
	everybody = frappe.db.count(CUSTOMER) if tell else 0
	for between in _ranges(segment):
		commit()
		document = _locked(segment)
		wanted = set(_wanted(document, between).run(pluck=True))
		kept = set(_kept(segment, between).run(pluck=True))
		counts.added += _add(segment, sorted(wanted - kept)) if document.kind == FILTER else 0
		counts.removed += _remove(segment, sorted(kept - wanted))
		_write_names(segment, between)
		commit()
		done += SLICE
		if tell:
			tell(min(done, everybody), everybody)
	# Who changed the conditions meanwhile has asked for a refresh of all.
	counts.size = write_size(segment, complete=_locked(segment).modified == meant)
	commit()
	return counts


def refresh_all() -> None:
	"""Every night, each enabled segment by itself: one that fails does not keep the others."""
	for name in frappe.get_all(SEGMENT, {"enabled": 1}, pluck="name", order_by="name"):
		guarded(lambda name=name: refresh(name), f"Segment {name}")


def add(segment: str, customers: Sequence[str], by: str | None = None) -> int:
	"""Put customers into a locked list; how many are new."""
	added = _add(segment, sorted(set(customers)), by)
	write_size(segment)
	return added


def remove(segment: str, customers: Sequence[str]) -> int:
	"""Take customers out of a locked list; how many were in it."""
	removed = _remove(segment, sorted(set(customers)))
	write_size(segment)
	return removed


def write_size(segment: str, complete: bool = False) -> int:
	member = frappe.qb.DocType(MEMBER)
	size = frappe.qb.from_(member).where(member.segment == segment).select(Count(member.name)).run()[0][0]
	values = {"size": size, **({"refreshed_on": now_datetime()} if complete else {})}
	frappe.db.set_value(SEGMENT, segment, values, update_modified=False)
	return size


def _switched_off(segment: str) -> bool:
	"""Its members stay, as campaigns may leave them out; with the value they would tell what the field holds, so that goes."""
	document = _locked(segment)
	closed = closed_conditions(document)
	if not closed:
		return False
	for row in closed:
		frappe.db.set_value(row.doctype, row.name, "value", HIDDEN, update_modified=False)
	frappe.db.set_value(SEGMENT, segment, "enabled", 0, update_modified=False)
	if document.enabled:
		labels = ", ".join(sorted({label_of(row) for row in closed}))
		document.add_comment("Info", frappe._("Switched off: {0} is shown to some only, so that segments do not ask for it.").format(labels))
	commit()
	return True


def _locked(segment: str):
	return frappe.get_doc(SEGMENT, segment, for_update=True)


def _ranges(segment: str) -> Iterator[tuple[str, str]]:
	"""First and last name of each next customers: of all for a filter, of the members for a list."""
	of_filter = frappe.db.get_value(SEGMENT, segment, "kind") == FILTER
	table = frappe.qb.DocType(CUSTOMER if of_filter else MEMBER)
	column, last = table.name if of_filter else table.customer, ""
	query = frappe.qb.from_(table).select(column).orderby(column).limit(SLICE)
	if not of_filter:
		query = query.where(table.segment == segment)
	while names := query.where(column > last).run(pluck=True):
		# The first range begins before everybody, the members of customers that are gone between two ranges fall into the second.
		yield last, names[-1]
		last = names[-1]


def _wanted(segment, between: tuple[str, str]):
	"""Of this range, whom the segment holds."""
	if segment.kind == FILTER:
		return customers_of(segment, between)
	member, stores = frappe.qb.DocType(MEMBER), stores_of_segment(segment)
	query = _kept(segment.name, between)
	return query if stores is None else query.where(is_customer_of(member.customer, stores))


def _kept(segment: str, between: tuple[str, str]):
	member = frappe.qb.DocType(MEMBER)
	return members_of(segment).where(member.customer[between[0] : between[1]])


def _add(segment: str, customers: Sequence[str], by: str | None = None) -> int:
	moment, user = now(), frappe.session.user
	titles = dict(frappe.get_all(CUSTOMER, {"name": ["in", list(customers) or [""]]}, ["name", "customer_name"], as_list=True, order_by=None))
	rows = [
		(name, moment, moment, user, user, 0, 0, segment, customer, moment, by, titles.get(customer))
		for name, customer in zip(free_names(MEMBER, len(customers)), customers, strict=True)
	]
	return len(insert_unless_known(MEMBER, COLUMNS, rows)) if rows else 0


def _remove(segment: str, customers: Sequence[str]) -> int:
	for begin in range(0, len(customers), 1_000):
		frappe.db.delete(MEMBER, {"segment": segment, "customer": ["in", list(customers[begin : begin + 1_000])]})
	return len(customers)


def _write_names(segment: str, between: tuple[str, str]) -> None:
	# The query builder has no update over a join in every version that we run on.
	frappe.db.sql(
		f"""update `tab{MEMBER}` member join `tab{CUSTOMER}` customer on customer.name = member.customer
		set member.customer_name = customer.customer_name
		where member.segment = %s and member.customer between %s and %s and not (member.customer_name <=> customer.customer_name)""",
		(segment, *between),
	)
