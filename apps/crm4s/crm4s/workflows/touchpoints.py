"""What a C4S Touchpoint asks of the people at a document: its checklist before the state is left, its fields when it is entered.

The only writer of C4S Touchpoint Tick.
"""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, now_datetime, time_diff_in_seconds

from crm4s.exceptions import FieldsNeededError, OpenItemsError
from crm4s.workflows import passages
from crm4s.workflows.states import STATE
from crm4s.workflows.wording import in_own_language

TOUCHPOINT, TICK = "C4S Touchpoint", "C4S Touchpoint Tick"


def touchpoint_of(document_type: str, state: str | None):
	"""The touchpoint of a state; None where nobody has written one."""
	name = state and frappe.db.get_value(TOUCHPOINT, {"document_type": document_type, "state": state})
	return frappe.get_cached_doc(TOUCHPOINT, name) if name else None


def asks_for(document, fieldname: str) -> bool:
	"""Whether the state that the document is in asked for this field when it was entered."""
	touchpoint = touchpoint_of(document.doctype, document.get(STATE))
	return bool(touchpoint) and fieldname in [row.field_name for row in touchpoint.entry_fields]


def refuse_open_items(document, event: str | None = None) -> None:
	"""Before a document leaves its state: the mandatory items are ticked, and the next state has the fields that it needs."""
	before = document.get_doc_before_save()
	if not before or document.flags.moved_by_system or before.get(STATE) == document.get(STATE):
		return
	entered = touchpoint_of(document.doctype, document.get(STATE))
	if not (entered and entered.enter_with_open_items):
		_refuse_open_items(document, before.get(STATE))
	if entered:
		_refuse_missing_fields(document, entered)


def lets_pass(document, state: str) -> bool:
	"""Whether the document may go on to `state`, as far as checklist and fields are concerned; what `refuse_open_items` would say."""
	entered = touchpoint_of(document.doctype, state)
	if not (entered and entered.enter_with_open_items) and _open_items(document, document.get(STATE)):
		return False
	return not (entered and _missing_fields(document, entered))


def panel(document) -> dict:
	"""What the form shows for the document's state: expectation, standard, best practice, `items` with who ticked them, times.

	`seconds` since the state was entered (None where that was not recorded) and `target_minutes` (0 without a target). Texts of ours are in the user's language.
	"""
	state = document.get(STATE)
	touchpoint = touchpoint_of(document.doctype, state)
	passage = passages.current(document.doctype, document.name)
	entered_on = passage.entered_on if passage and passage.state == state else None
	return {
		"state": state,
		"expectation": touchpoint and in_own_language(touchpoint.expectation),
		"standard": touchpoint and in_own_language(touchpoint.standard),
		"best_practice": touchpoint and in_own_language(touchpoint.best_practice),
		"target_minutes": cint(touchpoint and touchpoint.target_minutes),
		"entered_on": entered_on,
		"seconds": int(time_diff_in_seconds(now_datetime(), entered_on)) if entered_on else None,
		"items": _items(document, touchpoint) if touchpoint else [],
	}


def set_tick(document, item: str, ticked: bool) -> None:
	"""Tick an item of the document's state, or take the tick back; a second tick of the same item changes nothing."""
	touchpoint = touchpoint_of(document.doctype, document.get(STATE))
	row = touchpoint and next((row for row in touchpoint.items if row.name == item), None)
	if not row:
		frappe.throw(_("This item is not on the checklist of the state {0}.").format(frappe.bold(_(document.get(STATE) or ""))))
	key = {"document_type": document.doctype, "document_name": document.name, "item": item}
	if not ticked:
		frappe.db.delete(TICK, key)
		return
	tick = {"doctype": TICK, **key, "item_text": row.item, "state": touchpoint.state, "dealership": document.get("dealership")}
	try:
		frappe.get_doc({**tick, "ticked_by": frappe.session.user, "ticked_on": now_datetime()}).insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		frappe.clear_last_message()


def follow_store(document, event: str | None = None) -> None:
	"""A document that changed stores takes its ticks along."""
	before = document.get_doc_before_save()
	if before and before.get("dealership") != document.get("dealership"):
		frappe.db.set_value(TICK, _of(document), "dealership", document.dealership, update_modified=False)


def forget(document, event: str | None = None) -> None:
	"""A document that is deleted leaves no ticks."""
	frappe.db.delete(TICK, _of(document))


def _open_items(document, state: str | None) -> list[str]:
	touchpoint = touchpoint_of(document.doctype, state)
	mandatory = [row for row in touchpoint.items if row.mandatory] if touchpoint else []
	ticked = _ticks(document) if mandatory else {}
	return [row.item for row in mandatory if row.name not in ticked]


def _missing_fields(document, touchpoint) -> list[str]:
	needed = [row.field_name for row in touchpoint.entry_fields if row.mandatory]
	return [field for field in needed if not document.get(field)]


def _refuse_open_items(document, state: str | None) -> None:
	missing = _open_items(document, state)
	if missing:
		frappe.throw(
			_("Before {0} is left, these items of the checklist must be done: {1}").format(
				frappe.bold(_(state)), _as_list(map(in_own_language, missing))
			),
			OpenItemsError,
			title=_("Open Items"),
		)


def _refuse_missing_fields(document, touchpoint) -> None:
	missing = _missing_fields(document, touchpoint)
	if missing:
		frappe.throw(
			_("To enter {0}, these fields must be filled: {1}").format(
				frappe.bold(_(touchpoint.state)), _as_list(_(document.meta.get_label(field)) for field in missing)
			),
			FieldsNeededError,
			title=_("Fields Needed"),
		)


def _items(document, touchpoint) -> list[dict]:
	ticks = _ticks(document)
	return [
		{
			"name": row.name,
			"item": in_own_language(row.item),
			"mandatory": cint(row.mandatory),
			"ticked_by": tick and tick.ticked_by,
			"ticked_by_name": tick and frappe.utils.get_fullname(tick.ticked_by),
			"ticked_on": tick and tick.ticked_on,
		}
		for row in touchpoint.items
		for tick in [ticks.get(row.name)]
	]


def _ticks(document) -> dict:
	rows = frappe.get_all(TICK, _of(document), ["item", "ticked_by", "ticked_on"])
	return {row.item: row for row in rows}


def _of(document) -> dict:
	return {"document_type": document.doctype, "document_name": document.name}


def _as_list(texts) -> str:
	return "<ul>" + "".join(f"<li>{escape_html(text)}</li>" for text in texts) + "</ul>"

