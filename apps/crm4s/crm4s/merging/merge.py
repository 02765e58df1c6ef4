"""Two files become one: the work in its order, in one transaction.

Either all of it is done or nothing: nobody ever sees half a merge, and a process that dies leaves the files as they were; the clock tries again.
Ten thousand rows that name a customer take seconds (docs/decisions/merging.md).
"""

import json
from collections.abc import Collection

import frappe
from frappe.utils import add_days, now, now_datetime, nowdate

from crm4s.access.customers import CUSTOMER
from crm4s.change_feed.noting import note
from crm4s.crm4s.doctype.c4s_customer import classify
from crm4s.intake.facts import write_vehicle_facts
from crm4s.merging import consents, fields, points, rules
from crm4s.merging.links import is_quick, pointers_to
from crm4s.merging.moving import count_links, joined_lists, move_links, move_tables, rows_of_files
from crm4s.merging.record import Record
from crm4s.merging.rules import FAILED, MERGE, MERGED, WAITING
from crm4s.messages.consent import decisions_of
from crm4s.privacy import audit
from crm4s.rows.writer import attempt
from crm4s.runs import commit
from crm4s.settings import setting

# More rows than this are moved behind the scenes.
AT_ONCE = 500
HOUR = 3600


def begin(remaining: str, closing: str, chosen: Collection[str], reason: str) -> str:
	"""Take the wish down and carry it out, at once or, where much is to be moved, by a job; the name of the merge.

	Who may do that is the caller's question.

	Args:
		chosen: fields whose value comes from the closed file though the remaining one has its own.

	Raises:
		frappe.ValidationError: the two cannot become one.
	"""
	rules.require_mergeable(remaining, closing)
	merge = frappe.get_doc(
		{
			"doctype": MERGE,
			"customer": remaining,
			"merged_customer": closing,
			"status": WAITING,
			"chosen_fields": json.dumps(sorted(set(chosen) & set(fields.choices()))),
			"reason": reason.strip()[:500],
			"merged_by": frappe.session.user,
		}
	)
	merge.flags.by_merge = True
	merge.insert(ignore_permissions=True)
	if is_much(closing):
		queue(merge.name, "merge.run")
	else:
		commit()
		run(merge.name)
	return merge.name


def is_much(closing: str) -> bool:
	"""Whether a person should not wait for it: many rows, or large tables that have to be read from end to end."""
	return not all(map(is_quick, pointers_to(CUSTOMER))) or count_links(closing) > AT_ONCE


def queue(merge: str, method: str) -> None:
	frappe.enqueue(f"crm4s.merging.{method}", queue="long", timeout=HOUR, enqueue_after_commit=True, merge=merge)


def run(merge: str) -> None:
	"""Carry out a merge that waits; nothing where it is done. What speaks against it by now is said in it."""
	try:
		attempt(lambda: _run(merge), commit=not frappe.flags.in_test)
	except frappe.ValidationError as refusal:
		frappe.clear_last_message()
		frappe.db.set_value(MERGE, merge, {"status": FAILED, "message": str(refusal)})
		commit()


def _run(name: str) -> None:
	merge = frappe.get_doc(MERGE, name, for_update=True)
	if merge.status != WAITING:
		return
	rules.require_mergeable(merge.customer, merge.merged_customer, apart_from=name)
	record = Record(name)
	_become_one(merge, record)
	moment = {"merged_on": now_datetime(), "undo_until": add_days(nowdate(), setting("merge_undo_days"))}
	frappe.db.set_value(MERGE, name, {"status": MERGED, "moved_rows": record.count(), **moment})
	for customer in (merge.customer, merge.merged_customer):
		audit.note(audit.MERGED, MERGE, name, customer=customer, reason=merge.reason)


def _become_one(merge, record: Record) -> None:
	remaining, closing = merge.customer, merge.merged_customer
	before = rows_of_files((remaining, closing))
	said_before = decisions_of((remaining, closing))
	mine, others = (before[CUSTOMER][name] for name in (remaining, closing))
	taken = fields.taken(mine, others, json.loads(merge.chosen_fields or "[]"))
	_close(closing, remaining, taken)
	move_tables(closing, remaining, record)
	points.join(closing, remaining, record)
	move_links(closing, remaining, record)
	consents.join(remaining, said_before, record)
	_complete(remaining, {**taken, **joined_lists(mine, others)})
	recompute(remaining, closing)
	_note_changes(before, rows_of_files((remaining, closing)), record)


def _note_changes(before: dict, after: dict, record: Record) -> None:
	for table, rows in before.items():
		for name, row in rows.items():
			if name in after[table]:
				record.changed(table, name, row, after[table][name])


def _close(closing: str, remaining: str, taken: dict) -> None:
	"""Nobody finds the closed file by a number or an address any more, and who has its name is led to the remaining one."""
	values = dict.fromkeys(fields.emptied()) | {"lunar_birth_year": 0, "lunar_birth_month": 0, "lunar_birth_day": 0, "lunar_birth_leap": 0}
	if "external_key" in taken:
		values["external_key"] = None
	lists = dict.fromkeys(("_assign", "_liked_by", "_comments", "_user_tags"))
	columns = set(frappe.db.get_table_columns(CUSTOMER))
	values = {column: value for column, value in {**values, **lists}.items() if column in columns}
	frappe.db.set_value(CUSTOMER, closing, {**values, "disabled": 1, "merged_into": remaining, "modified": now()}, update_modified=False)
	note(CUSTOMER, [closing], fields=["disabled"])


def _complete(remaining: str, values: dict) -> None:
	"""What was taken is written as it is stored (numbers are sealed); what follows from it is the controller's."""
	if values:
		frappe.db.set_value(CUSTOMER, remaining, values, update_modified=False)
	customer = frappe.get_doc(CUSTOMER, remaining)
	customer.flags.ignore_links = customer.flags.ignore_mandatory = customer.flags.ignore_permissions = True
	customer.save(ignore_permissions=True)
	note(CUSTOMER, [remaining], fields=["phones", *(field for field in values if not field.startswith("_"))])


def recompute(*customers: str) -> None:
	"""What is derived of these customers and of their cars, by its writers; what they are worth follows at night."""
	for name in customers:
		classify.recompute_range(name, name, frappe.utils.getdate(nowdate()))
	cars = frappe.get_all("C4S Vehicle", {"current_owner": ["in", customers]}, pluck="name", order_by=None, limit_page_length=0)
	write_vehicle_facts(cars)
