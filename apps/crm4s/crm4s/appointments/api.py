"""What the appointment desk calls, and the web and the portal later: who calls, what is due, when there is time, and the steps of an appointment."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, getdate

from crm4s.access.customers import CUSTOMER
from crm4s.access.required import require_permission, require_store
from crm4s.access.vehicles import VEHICLE
from crm4s.appointments import arrival, caller as known, proposals, steps
from crm4s.appointments.bookings_of import APPOINTMENT
from crm4s.appointments.capacity import POOLS, Wish, capacity, next_possible
from crm4s.conversion.api import enter_prospect
from crm4s.edge import plain_refusal
from crm4s.identifiers.plate import normalise_plate
from crm4s.reception.board import outlets
from crm4s.service.reception import car_with_vin
from crm4s.settings import setting

VISIT = "C4S Service Visit"
MOST_DAYS, MOST_MINUTES = 31, 3 * 24 * 60
# What is said on the phone; the rest follows from it.
SAID = (
	*("dealership", "customer", "vehicle", "plate_number", "car_description", "contact_name", "contact_phone", "kind", "channel", "planned_from", "planned_to"),
	*("bay", "technician", "skill", "service_advisor", "concern", "pick_up", "pick_up_address", "driver", "courtesy_car", "external_key"),
)
SAID_OF_ITEM = ("item_kind", "part", "item_name", "quantity", "minutes", "unit_price", "discount_amount", "package", "reason")


@frappe.whitelist()
def get_choices() -> dict:
	"""The caller's stores, how long an appointment lasts without items, and what the caller may do; for those who read appointments."""
	require_permission(APPOINTMENT, "read")
	return {
		"stores": outlets(),
		"minutes": cint(setting("appointment_minutes")),
		"may_book": frappe.has_permission(APPOINTMENT, "create"),
		"may_enter_customers": frappe.has_permission(CUSTOMER, "create") and frappe.has_permission(VEHICLE, "create"),
		"may_receive": frappe.has_permission(VISIT, "create"),
	}


@frappe.whitelist(methods=["POST"])
def caller(dealership: str, text: str) -> dict:
	"""Who has this phone, plate, VIN or name; for those who may book. A search in the group is logged, hence POST."""
	require_permission(APPOINTMENT, "create")
	require_store(dealership)
	return known.find(dealership, text)


@frappe.whitelist()
def propose(vehicle: str, day: str | None = None) -> list[dict]:
	"""What the car could have done, with reasons; for those who may book and see the car."""
	require_permission(APPOINTMENT, "create")
	require_permission(VEHICLE, "read", vehicle)
	return proposals.propose(vehicle, day)


@frappe.whitelist()
def slots(
	dealership: str,
	day: str,
	minutes: int,
	days: int = 1,
	kind: str = "Workshop",
	bay: str | None = None,
	technician: str | None = None,
	skill: str | None = None,
	appointment: str | None = None,
) -> dict:
	"""Beginnings at which a bay and a technician are free together for so many minutes, by day; for those who read appointments of the store.

	Returns:
		days: [{"day", "slots": ["2026-11-23 08:30:00", …]}], also days without any.
		next: the first three after `day`, where the days shown have none.
	"""
	require_permission(APPOINTMENT, "read")
	require_store(dealership)
	wish = _wish(dealership, minutes, kind, skill, {"bay": bay, "technician": technician})
	first, count = getdate(day), min(max(days, 1), MOST_DAYS)
	found = capacity(wish, first, count, without=appointment)
	by_day = {frappe.utils.add_days(first, number): [] for number in range(count)}
	for moment in found.moments():
		by_day[moment.date()].append(str(moment))
	upcoming = [] if found.starts else next_possible(wish, get_datetime(frappe.utils.add_days(first, count)))
	return {
		"days": [{"day": str(each), "slots": starts} for each, starts in by_day.items()],
		"next": [str(moment) for moment in upcoming],
	}


@frappe.whitelist(methods=["POST"])
def make(values: dict | str, items: list | str | None = None) -> dict:
	"""Book; for those who may make appointments. Without bay and technician free ones are taken.

	Args:
		values: fields SAID; the rest of an appointment follows from them.
		items: rows with the fields SAID_OF_ITEM.

	Raises:
		SlotTakenError: somebody was faster; the sentence names the next three beginnings.
	"""
	require_permission(APPOINTMENT, "create")
	values, items = frappe.parse_json(values), frappe.parse_json(items or [])
	require_store(values.get("dealership") or "")
	said = {field: values.get(field) for field in SAID if values.get(field) is not None}
	rows = [{field: row.get(field) for field in SAID_OF_ITEM if row.get(field) is not None} for row in items]
	return once(lambda: _answer(frappe.get_doc({"doctype": APPOINTMENT, **said, "items": rows}).insert()))


@frappe.whitelist(methods=["POST"])
def move(name: str, planned_from: str, planned_to: str | None = None, bay: str | None = None, technician: str | None = None) -> dict:
	"""Another time, as long as before if no end is given; for those who may write the appointment. One that was cancelled or missed is booked anew."""
	require_permission(APPOINTMENT, "write", name)
	chosen = {field: value for field, value in (("bay", bay), ("technician", technician)) if value}
	return once(lambda: _answer(steps.move(name, get_datetime(planned_from), get_datetime(planned_to) if planned_to else None, chosen)))


@frappe.whitelist(methods=["POST"])
def cancel(name: str, reason: str) -> dict:
	"""What it took is free for others; for those who may write the appointment."""
	require_permission(APPOINTMENT, "write", name)
	return _answer(steps.cancel(name, reason))


@frappe.whitelist(methods=["POST"])
def no_show(name: str) -> dict:
	"""Nobody came, and the desk says so before the scheduler does; for those who may write the appointment."""
	require_permission(APPOINTMENT, "write", name)
	appointment = frappe.get_doc(APPOINTMENT, name)
	appointment.status = "No-Show"
	return _answer(appointment.save())


@frappe.whitelist(methods=["POST"])
def arrive(name: str) -> str:
	"""The name of the visit, opened once; for those who may write the appointment and make visits."""
	require_permission(APPOINTMENT, "write", name)
	require_permission(VISIT, "create")
	return arrival.arrive(name)


@frappe.whitelist(methods=["POST"])
def enter_caller(dealership: str, customer_name: str, phone: str, plate_number: str | None = None, reason: str | None = None) -> dict:
	"""The file of somebody who calls for the first time, found or made; for those who may enter customers.

	Args:
		plate_number: of the car that is to come; `vehicle` of the answer names it, where it is in the books and the caller sees it.
		reason: why another store's customer is taken up, needed only then.
	"""
	require_permission(CUSTOMER, "create")
	require_store(dealership)
	entered = enter_prospect(customer_name, phone, dealership, reason=reason)
	return {**entered, "vehicle": _car_with_plate(plate_number) if plate_number else None}


@frappe.whitelist(methods=["POST"])
def enter_car(name: str, vin: str, model: str | None = None, confirmed: int = 0) -> str:
	"""The car of an appointment that was booked without one, by the VIN that stands on it: known, or made now with the customer as its owner.

	For those who may write the appointment and make cars.
	"""
	require_permission(APPOINTMENT, "write", name)
	require_permission(VEHICLE, "create")
	appointment = frappe.get_doc(APPOINTMENT, name)
	if not appointment.vehicle:
		appointment.vehicle = car_with_vin(appointment, vin, model, confirmed)
		appointment.save()
	return appointment.vehicle


def once(write: Callable[[], Any]) -> Any:
	"""Write, and again where the database ended the transaction because people of two stores waited for each other.

	A locking read holds the gap up to the next resource, which may be another store's. Nothing else is done in the transaction.
	"""
	try:
		return write()
	except frappe.QueryDeadlockError:
		frappe.db.rollback()
		frappe.clear_messages()
		return write()


def _wish(dealership: str, minutes: int, kind: str, skill: str | None, only: dict) -> Wish:
	if kind not in POOLS:
		frappe.throw(_("Kind must be one of: {0}").format(", ".join(map(_, POOLS))))
	lasts = min(minutes if minutes > 0 else cint(setting("appointment_minutes")), MOST_MINUTES)
	return Wish(dealership, lasts, kind, skill or None, {field: name for field, name in only.items() if name})


def _car_with_plate(plate_number: str) -> str | None:
	with plain_refusal():
		plate = normalise_plate(plate_number)
	return next(iter(frappe.get_list(VEHICLE, {"plate_number": plate}, pluck="name", limit=1)), None)


def _answer(appointment) -> dict:
	"""What is said back to the caller."""
	names = _resource_names(appointment)
	return {
		"name": appointment.name,
		"status": appointment.status,
		"planned_from": str(appointment.planned_from),
		"planned_to": str(appointment.planned_to),
		"bay": names.get(appointment.bay),
		"technician": names.get(appointment.technician),
		"missing": [
			{"part": row.part, "item_name": row.item_name, "quantity": row.shortage} for row in appointment.items if row.shortage
		],
	}


def _resource_names(appointment) -> dict[str, str]:
	wanted = [name for name in (appointment.bay, appointment.technician) if name]
	if not wanted:
		return {}
	return dict(frappe.get_all("C4S Resource", {"name": ["in", wanted]}, ["name", "resource_name"], as_list=True))
