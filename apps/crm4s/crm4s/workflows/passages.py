"""How long each document was in each state: a C4S State Passage from entering to leaving. The only writer of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import frappe
from frappe.utils import get_datetime, now_datetime, time_diff_in_seconds

from crm4s.workflows.states import STATE, STATUS

PASSAGE = "C4S State Passage"


def record(document, event: str | None = None) -> None:
	"""Stamp the change of state that was just saved, whoever made it; a document that changed stores takes its passages along."""
	before = document.get_doc_before_save()
	if before and before.get("dealership") != document.get("dealership"):
		_hand_over(document)
	if before and before.get(STATE) == document.get(STATE):
		return
	moment = now_datetime()
	if before:
		_leave(document, moment)
	if document.get(STATE):
		_enter(document, moment)


def forget(document, event: str | None = None) -> None:
	"""A document that is deleted leaves no passages."""
	frappe.db.delete(PASSAGE, _of(document))


def current(document_type: str, document_name: str):
	"""The passage that the document has not left: `state` and `entered_on`; None for one that was never stamped."""
	return frappe.db.get_value(
		PASSAGE,
		{"document_type": document_type, "document_name": document_name, "left_on": ["is", "not set"]},
		["name", "state", "entered_on"],
		as_dict=True,
	)


def leave_many(document_type: str, names: Iterable[str], moment: datetime) -> None:
	"""Stamp that these documents left their states; for writers of many rows."""
	names = list(names)
	if not names:
		return
	passage = frappe.qb.DocType(PASSAGE)
	# The builder knows no function for the difference of two times.
	seconds = frappe.qb.functions("greatest", 0, frappe.qb.functions("unix_timestamp", moment) - frappe.qb.functions("unix_timestamp", passage.entered_on))
	(
		frappe.qb.update(passage)
		.set(passage.seconds, seconds)
		.set(passage.left_on, moment)
		.set(passage.left_by, frappe.session.user)
		.where((passage.document_type == document_type) & passage.document_name.isin(names) & passage.left_on.isnull())
		.run()
	)


def entering(document_type: str, row: Mapping, moment: datetime) -> dict:
	"""The passage of a document that enters a state; `row` has its name, dealership, state and status."""
	return {
		"document_type": document_type,
		"document_name": row["name"],
		"dealership": row.get("dealership"),
		"state": row[STATE],
		"status": row.get(STATUS),
		"entered_on": moment,
		"entered_by": frappe.session.user,
	}


def _enter(document, moment: datetime) -> None:
	values = entering(document.doctype, document.as_dict(), moment)
	frappe.get_doc({"doctype": PASSAGE, **values}).insert(ignore_permissions=True)


def _leave(document, moment: datetime) -> None:
	passage = current(document.doctype, document.name)
	if not passage:
		return
	seconds = max(0, int(time_diff_in_seconds(moment, get_datetime(passage.entered_on))))
	frappe.db.set_value(
		PASSAGE, passage.name, {"left_on": moment, "seconds": seconds, "left_by": frappe.session.user}, update_modified=False
	)


def _hand_over(document) -> None:
	frappe.db.set_value(PASSAGE, _of(document), "dealership", document.dealership, update_modified=False)


def _of(document) -> dict:
	return {"document_type": document.doctype, "document_name": document.name}
