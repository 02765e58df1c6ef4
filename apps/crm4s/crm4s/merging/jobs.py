"""What the clock does for merges: carry on what was interrupted, catch what still names a closed file, forget what is needed for an undo no more."""

from collections.abc import Sequence

import frappe
from frappe.utils import nowdate

from crm4s.access.customers import CUSTOMER
from crm4s.merging import merge, twins
from crm4s.merging.links import Pointer, pointers_to
from crm4s.merging.moving import move_links
from crm4s.merging.record import ROW, SOME, Record
from crm4s.merging.rules import MERGE, MERGED, TO_UNDO, WAITING
from crm4s.rows.writer import slices
from crm4s.runs import commit, guarded

OLD_AT_ONCE = 200


def resume_all() -> None:
	"""Merges whose process died go on; one that runs holds its row, and the second run finds nothing to do."""
	for status, method in ((WAITING, "merge.run"), (TO_UNDO, "undo.run")):
		for name in frappe.get_all(MERGE, {"status": status}, pluck="name"):
			merge.queue(name, method)


def tidy_nightly() -> None:
	forget_old()
	catch_up()
	guarded(twins.search, title="Possible Twins")


def forget_old() -> None:
	"""What was kept for an undo goes when its time is over; that there was a merge stays."""
	old = frappe.get_all(MERGE, {"status": MERGED, "undo_until": ["<", nowdate()], "is_final": 0}, pluck="name", limit=OLD_AT_ONCE, ignore_ifnull=True)
	for name in old:
		frappe.db.delete(ROW, {"merge": name})
		frappe.db.set_value(MERGE, name, "is_final", 1, update_modified=False)
		commit()


def catch_up() -> None:
	"""A form that was open during the merge, or a system that sent the old number, may have named the closed file since: such rows follow it."""
	merged = {row.merged_customer: row for row in frappe.get_all(MERGE, {"status": MERGED}, ["name", "merged_customer", "customer"], limit_page_length=0)}
	pointers = pointers_to(CUSTOMER) if merged else []
	late = {closed for pointer in pointers for some in slices(sorted(merged), SOME) for closed in _named_after_all(pointer, some)}
	for row in (merged[closed] for closed in sorted(late)):
		guarded(lambda row=row: _follow(row), title="Merge")


def _follow(row) -> None:
	frappe.get_doc(MERGE, row.name, for_update=True)
	record = Record(row.name)
	move_links(row.merged_customer, frappe.db.get_value(CUSTOMER, row.merged_customer, "merged_into"), record)
	merge.recompute(row.customer, row.merged_customer)
	commit()


def _named_after_all(pointer: Pointer, closed: Sequence[str]) -> list[str]:
	"""Which of the closed files are named in this column; one reading of the table for many of them."""
	table = frappe.qb.DocType(pointer.table)
	query = frappe.qb.from_(table).select(table[pointer.column]).distinct().where(table[pointer.column].isin(list(closed)))
	if pointer.type_column:
		query = query.where(table[pointer.type_column] == CUSTOMER)
	return query.run(pluck=True)
