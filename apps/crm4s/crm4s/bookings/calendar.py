"""What the calendar views of bookings and of the documents that book show; dragging saves the document, which asks for the slot."""

from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime

from crm4s.access.required import require_permission
from crm4s.bookings.availability import LONGEST_DAYS
from crm4s.masked_twins import title_in_full

# Light, so that the dark text stays readable.
COLOURS = {
	"Test-Drive Car": "#cfe8ff",
	"Bay": "#e4f5e9",
	"Technician": "#fff1d6",
	"Sales Consultant": "#f3e5f9",
	"Pick-Up Driver": "#e8eaf6",
	"Courtesy Car": "#d3f4f5",
	"Rental Car": "#fde2e4",
	"Rescue Team": "#ffe0cc",
}


class Columns(NamedTuple):
	start: str
	end: str
	shown: tuple[str, ...]
	filters: tuple[tuple, ...] = ()


CALENDARS = {
	"C4S Booking": Columns("starts_at", "ends_at", ("title", "kind", "status"), (("status", "=", "Booked"),)),
	"C4S Test Drive": Columns(
		"planned_from", "planned_to", ("driver_name", "status", "resource"), (("status", "!=", "Cancelled"),)
	),
	"C4S Car Rental": Columns(
		"planned_from", "planned_to", ("contact_name", "status", "resource", "rental_kind"), (("status", "in", ("Planned", "Handed Out", "Brought Back")),)
	),
	"C4S Service Appointment": Columns(
		"planned_from",
		"planned_to",
		("title", "plate_number", "status", "bay", "technician", "service_advisor", "parts_missing"),
		(("status", "in", ("Booked", "Arrived")),),
	),
}


@frappe.whitelist()
def get_events(doctype: str, start: str, end: str, filters: str | None = None) -> list[dict]:
	"""Rows of one calendar that touch the time from `start` to `end`, for those who may read them.

	Frappe's own method compares with a function of the columns and so reads the whole table.
	"""
	require_permission(doctype, "read")
	if doctype not in CALENDARS:
		frappe.throw(_("{0} has no calendar of bookings.").format(_(doctype)))
	columns = CALENDARS[doctype]
	first, last = get_datetime(start), get_datetime(end)
	wanted = frappe.parse_json(filters) or []
	wanted += [
		[doctype, columns.start, ">=", add_days(first, -LONGEST_DAYS)],
		[doctype, columns.start, "<", last],
		[doctype, columns.end, ">", first],
	]
	if not any("status" in condition for condition in wanted):
		wanted += [[doctype, *condition] for condition in columns.filters]
	rows = frappe.get_list(
		doctype, filters=wanted, fields=["name", columns.start, columns.end, *columns.shown], order_by=columns.start
	)
	for row in rows:
		row.update({"allDay": 0, "color": COLOURS.get(row.get("kind"))})
	if doctype == "C4S Test Drive":
		_name_resources(rows, "driver_name", "resource")
	if doctype == "C4S Car Rental":
		_name_resources(rows, "contact_name", "resource")
	if doctype == "C4S Service Appointment":
		_show_plates(rows)
		_name_resources(rows, "title", "bay", "technician")
	return rows


def _show_plates(rows: list[dict]) -> None:
	"""The plate in full for whoever may read it, instead of the masked one in the title."""
	for row in rows:
		row.title = title_in_full(row.title, row.pop("plate_number", None))


def _name_resources(rows: list[dict], who: str, *fieldnames: str) -> None:
	"""Who comes and what is taken for it, as the title; one query for all of them."""
	wanted = {row[field] for row in rows for field in fieldnames if row[field]}
	names = dict(frappe.get_all("C4S Resource", {"name": ["in", wanted]}, ["name", "resource_name"], as_list=True)) if wanted else {}
	for row in rows:
		row.title = " · ".join(part for part in (row[who], *(names.get(row[field]) for field in fieldnames)) if part)
