"""What the page "Interaction Centre" shows besides the caller: the call in hand, what is mine, what I did today, the departments' queue."""

from collections.abc import Iterable

import frappe
from frappe.utils import get_datetime, get_fullname, getdate, now_datetime

from crm4s.interactions.actions import INTERACTION, OPEN, in_hand
from crm4s.interactions.routing import is_late

SHOWN = 50
FIELDS = (
	*("name", "subject", "customer", "contact_name", "channel", "direction", "category", "kind", "status", "department", "handler", "due_on"),
	*("received_on", "dealership", "missed", "started_on", "ended_on"),
)
PHONE_LEVEL = 2


def state(user: str, dealership: str, department: str | None = None) -> dict:
	"""`call` in hand or None; `mine`, `queue` and `today` as rows, the most urgent first; `now` of the server."""
	lists = {"mine": _open([["handler", "=", user]]), "queue": _queue(dealership, department), "today": _today(user)}
	names = _names_of(row.customer for rows in lists.values() for row in rows)
	shown = {name: [_shown(row, names) for row in rows] for name, rows in lists.items()}
	return {"now": str(now_datetime()), "call": call_of(user), **shown}


def call_of(user: str) -> dict | None:
	"""The call in hand, with what was typed so far."""
	name = next(iter(in_hand(user)), None)
	if not name:
		return None
	call = frappe.get_doc(INTERACTION, name)
	shown = {field: call.get(field) for field in ("name", "subject", "customer", "vehicle", "model", "contact_name", "masked_phone", "category", "kind", "said", "direction", "reference_doctype", "reference_name", "dealership")}
	phone = call.contact_phone if PHONE_LEVEL in call.meta.get_permlevel_access("read") else None
	shown["customer_name"] = call.customer and frappe.db.get_value("C4S Customer", call.customer, "customer_name")
	return {**shown, "contact_phone": phone, "started_on": str(call.started_on), "line_ended_on": str(call.line_ended_on) if call.line_ended_on else None}


def _queue(dealership: str, department: str | None) -> list:
	"""What nobody has, of one department or of all."""
	filters = [["dealership", "=", dealership], ["handler", "is", "not set"]]
	if department:
		filters.append(["department", "=", department])
	return _open(filters)


def _open(filters: list) -> list:
	rows = frappe.get_list(
		INTERACTION,
		filters=[*filters, ["status", "=", OPEN]],
		fields=list(FIELDS), order_by="due_on is null, due_on, received_on", limit=SHOWN,
	)
	# A call that somebody is having is nobody's to do.
	return [row for row in rows if not (row.started_on and not row.ended_on and not row.missed)]


def _today(user: str) -> list:
	filters = [["agent", "=", user], ["started_on", ">=", get_datetime(getdate())]]
	return frappe.get_list(INTERACTION, filters=filters, fields=list(FIELDS), order_by="started_on desc", limit=SHOWN)


def _names_of(customers: Iterable[str | None]) -> dict[str, str]:
	wanted = sorted({customer for customer in customers if customer})
	rows = frappe.get_all("C4S Customer", {"name": ["in", wanted or [""]]}, ["name", "customer_name"], limit_page_length=0)
	return {row.name: row.customer_name for row in rows}


def _shown(row, names: dict[str, str]) -> dict:
	times = {field: str(row[field]) if row[field] else None for field in ("due_on", "received_on", "started_on", "ended_on")}
	name = names.get(row.customer) or row.contact_name
	return {**row, **times, "customer_name": name, "is_late": is_late(row), "handler_name": row.handler and get_fullname(row.handler)}
