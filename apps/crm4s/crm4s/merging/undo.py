"""A merge is taken back: what it moved goes back, row by row; what was entered or changed since stays with the remaining file."""

import frappe
from frappe.utils import now_datetime

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.change_feed.noting import Changes, note
from crm4s.merging import merge as merging
from crm4s.merging import points, rules
from crm4s.merging.moving import write_link
from crm4s.merging.record import ADDED, CHANGED, MOVED, REMOVED, Record, as_text, whole_rows
from crm4s.merging.rules import MERGE, MERGED, TO_UNDO, UNDONE
from crm4s.privacy import audit
from crm4s.rows.writer import attempt, insert_rows
from crm4s.runs import commit


def begin(name: str, reason: str) -> None:
	"""Take the wish down and carry it out, at once or, where much is to be moved, by a job; who may do that is the caller's question.

	Raises:
		frappe.ValidationError: it cannot be taken back (any more).
	"""
	merge = frappe.get_doc(MERGE, name, for_update=True)
	rules.require_undoable(merge)
	if merge.status == TO_UNDO:
		return
	frappe.db.set_value(MERGE, name, {"status": TO_UNDO, "undo_reason": reason.strip()[:500], "undone_by": frappe.session.user})
	if (merge.moved_rows or 0) > merging.AT_ONCE:
		merging.queue(name, "undo.run")
	else:
		commit()
		run(name)


def run(merge: str) -> None:
	"""Take back a merge that waits for it; nothing where that is done. What speaks against it by now is said in it, and it stays."""
	try:
		attempt(lambda: _run(merge), commit=not frappe.flags.in_test)
	except frappe.ValidationError as refusal:
		frappe.clear_last_message()
		frappe.db.set_value(MERGE, merge, {"status": MERGED, "message": str(refusal)})
		commit()


def _run(name: str) -> None:
	merge = frappe.get_doc(MERGE, name, for_update=True)
	if merge.status != TO_UNDO:
		return
	rules.require_undoable(merge)
	record = Record(name)
	_become_two(merge, record)
	record.forget()
	frappe.db.set_value(MERGE, name, {"status": UNDONE, "undone_on": now_datetime(), "message": None})
	for customer in (merge.customer, merge.merged_customer):
		audit.note(audit.UNDONE, MERGE, name, customer=customer, reason=merge.undo_reason)


def _become_two(merge, record: Record) -> None:
	remaining, closing = merge.customer, merge.merged_customer
	put_back(record)
	_take_out(record)
	changed_since = _restore(record, remaining, closing)
	_move_back(record, remaining, closing)
	points.part(merge.name)
	merging.recompute(remaining, closing)
	if changed_since:
		_save(remaining)
	_tell(remaining, closing)


def put_back(record: Record) -> None:
	"""Rows that the remaining file had already come back to the closed one."""
	for row in record.rows(REMOVED):
		if not frappe.db.exists(row.table_name, row.row_name):
			columns = set(frappe.db.get_table_columns(row.table_name))
			insert_rows(row.table_name, [{column: value for column, value in row.before.items() if column in columns}])


def _take_out(record: Record) -> None:
	"""Rows that the merge wrote go; what was said since stays."""
	for row in record.rows(ADDED):
		frappe.db.delete(row.table_name, {"name": row.row_name})


def _restore(record: Record, remaining: str, closing: str) -> bool:
	"""Columns get back what they held, the remaining file first, which gives its phone free; whether somebody changed the remaining file since."""
	changed_since = False
	order = {remaining: 0, closing: 1}
	for row in sorted(record.rows(CHANGED), key=lambda row: order.get(row.row_name, 2)):
		now_there = whole_rows(row.table_name, [row.row_name]).get(row.row_name)
		if not now_there:
			continue
		same = {column: value for column, value in row.before.items() if as_text(now_there.get(column)) == row.after[column]}
		if row.table_name == CUSTOMER:
			_free_unique(row.row_name, same)
		if row.row_name == remaining and len(same) < len(row.before):
			changed_since = True
			same.pop("modified", None)
			same.pop("modified_by", None)
		if same:
			frappe.db.set_value(row.table_name, row.row_name, same, update_modified=False)
		frappe.clear_document_cache(row.table_name, row.row_name)
	return changed_since


def _free_unique(name: str, values: dict) -> None:
	"""A phone or key that somebody else has by now is not taken from them."""
	for column in ("unique_phone", "external_key"):
		if values.get(column) and frappe.db.get_value(CUSTOMER, {column: values[column], "name": ["!=", name]}):
			del values[column]


def _move_back(record: Record, remaining: str, closing: str) -> None:
	tables: dict[tuple[str, str], list[str]] = {}
	for row in record.rows(MOVED):
		tables.setdefault((row.table_name, row.column_name), []).append(row.row_name)
	for (table, column), names in tables.items():
		write_link(table, column, names, closing, only_where=remaining)


def _save(customer: str) -> None:
	"""What follows from what is there now is the controller's."""
	document = frappe.get_doc(CUSTOMER, customer)
	document.flags.ignore_links = document.flags.ignore_mandatory = True
	document.save(ignore_permissions=True)


def _tell(remaining: str, closing: str) -> None:
	changes = Changes()
	changes.inserting(RELATIONSHIP, [{"customer": remaining}, {"customer": closing}])
	changes.write()
	note(CUSTOMER, [remaining, closing], fields=["customer_name", "phones", "disabled"])
