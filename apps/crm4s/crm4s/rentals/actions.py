"""What the buttons of a rental call, over the desk and over REST. Each asks for permission, locks the rental, and does one thing."""

import json
from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import cint, flt, get_datetime, now_datetime

from crm4s.access.required import require_document, require_permission
from crm4s.bookings.driver import LICENCE
from crm4s.calendars.slots import Interval, lies_in_hours
from crm4s.exceptions import RentalError
from crm4s.rentals import courtesy, free, waiting
from crm4s.service.pictures import checked_signature
from crm4s.service.walk_round import checked_marks
from crm4s.store_hours import working_hours

RENTAL, VISIT, APPOINTMENT = "C4S Car Rental", "C4S Service Visit", "C4S Service Appointment"
WAYS = ("out", "in")


@frappe.whitelist()
def panels(rental: str) -> dict:
	"""What the form shows beside the fields: marks of damage out and in, what to know of the car, what its odometer showed last."""
	document = require_document(RENTAL, rental, "read", locking=False)
	reading = document.last_reading()
	return {
		"marks": {way: document.marks(way) for way in WAYS},
		"warnings": waiting.warnings(document),
		"odometer": reading and reading.odometer,
	}


@frappe.whitelist()
def free_cars(dealership: str, starts_at: str, ends_at: str) -> list[dict]:
	"""Courtesy and rental cars of a store that are free for the whole time, with class and daily rate; three queries."""
	require_permission(RENTAL, "read")
	period = Interval(get_datetime(starts_at), get_datetime(ends_at))
	if period.starts_at >= period.ends_at:
		frappe.throw(_("The car must come back later than it is handed out."), RentalError)
	rates = dict(frappe.get_all("C4S Rental Class", fields=["name", "daily_rate"], as_list=True))
	return [
		{
			**{field: row[field] for field in ("resource", "resource_name", "kind", "model", "rental_class")},
			"daily_rate": rates.get(row.rental_class),
		}
		for row in free.cars(dealership, period.starts_at, period.ends_at)
	]


@frappe.whitelist()
def courtesy_for(service_visit: str | None = None, appointment: str | None = None) -> dict:
	"""What a new courtesy car for a visit or an appointment would say; with `existing`, the name of one that is planned or out."""
	require_permission(RENTAL, "create")
	doctype, name = (VISIT, service_visit) if service_visit else (APPOINTMENT, appointment)
	require_document(doctype, name, "read", locking=False)
	fieldname = "service_visit" if service_visit else "appointment"
	existing = frappe.db.get_value(RENTAL, {fieldname: name, "status": ["in", ["Planned", "Handed Out"]]})
	return {**courtesy.planned_for(service_visit, appointment), "existing": existing}


@frappe.whitelist(methods=["POST"])
def hand_out(
	rental: str,
	odometer: int,
	fuel: int,
	licence: dict | str | None = None,
	licence_checked: int = 0,
	signature: str | None = None,
	on_paper: int = 0,
	deposit_paid: float | None = None,
	deposit_method: str | None = None,
	marks: list | str | None = None,
	remark: str | None = None,
) -> None:
	"""The customer takes the car: licence seen, agreement signed, deposit received, damage marked.

	Args:
		licence: number, class, valid_until, without_end; what is not given stays.
		marks: of damage that the car has, as on the walk-round: kind, x and y in percent, remark.
	"""
	document = require_document(RENTAL, rental)
	given = frappe.parse_json(licence) if licence else {}
	document.update({field: given[field] for field in LICENCE if field in given})
	document.update({"licence_checked": cint(licence_checked) or document.licence_checked, "agreement_on_paper": cint(on_paper) or document.agreement_on_paper})
	if signature:
		document.agreement_signature = checked_signature(signature)
	if deposit_paid is not None:
		document.update({"deposit_paid": flt(deposit_paid), "deposit_method": deposit_method or None})
	now = now_datetime().replace(microsecond=0)
	if get_datetime(document.planned_to) <= now:
		frappe.throw(_("The planned time is over; plan a later return first."), RentalError)
	if get_datetime(document.planned_from) > now and _is_open(document.dealership, now):
		document.planned_from = now
	document.update({"status": "Handed Out", "handed_out_on": now, "odometer_out": cint(odometer), "fuel_out": cint(fuel)})
	document.update({"remark_out": remark, "marks_out": _checked(marks)})
	document.save_facts()


@frappe.whitelist(methods=["POST"])
def take_back(
	rental: str,
	odometer: int,
	fuel: int,
	back_on: str | None = None,
	marks: list | str | None = None,
	remark: str | None = None,
	fuel_amount: float = 0,
	damage_amount: float = 0,
	other_amount: float = 0,
) -> dict:
	"""The car is back; what the customer still pays and gets back. Courtesy cars may be charged for fuel and damage as well."""
	document = require_document(RENTAL, rental)
	moment = get_datetime(back_on) if back_on else now_datetime()
	if moment > now_datetime() + timedelta(minutes=5):
		frappe.throw(_("{0} must not lie in the future.").format(_(document.meta.get_label("back_on"))), RentalError)
	# Forms show times to the minute.
	moment = max(moment, get_datetime(document.handed_out_on)) if document.handed_out_on and _same_minute(moment, document.handed_out_on) else moment
	document.update({"status": "Brought Back", "back_on": moment, "odometer_in": cint(odometer), "fuel_in": cint(fuel)})
	document.update({"remark_in": remark, "marks_in": _checked(marks)})
	document.update({"fuel_amount": flt(fuel_amount), "damage_amount": flt(damage_amount), "other_amount": flt(other_amount)})
	document.save_facts()
	return {field: document.get(field) for field in ("total_amount", "to_pay", "to_refund", "minutes_late")}


@frappe.whitelist(methods=["POST"])
def extend(rental: str, until: str) -> None:
	"""The customer keeps the car longer; refused when somebody else has it by then."""
	document = require_document(RENTAL, rental)
	if document.status not in ("Planned", "Handed Out"):
		frappe.throw(_("Only a rental that is planned or handed out is made longer."), RentalError)
	if get_datetime(until) <= now_datetime():
		frappe.throw(_("Choose a time that is still to come."), RentalError)
	document.planned_to = get_datetime(until)
	document.save()


@frappe.whitelist(methods=["POST"])
def set_status(rental: str, status: str, reason: str | None = None) -> None:
	"""Cancelled with a reason, not come, or planned again."""
	document = require_document(RENTAL, rental)
	document.update({"status": status, "cancellation_note": reason})
	document.save()


def _checked(marks: list | str | None) -> str | None:
	given = frappe.parse_json(marks) if marks else []
	return json.dumps(checked_marks(given), ensure_ascii=False) if given else None


def _is_open(dealership: str, moment) -> bool:
	"""Whoever gives a car out before the store opens leaves its time as it was planned; bookings begin in opening hours."""
	return lies_in_hours(working_hours(dealership, moment.date(), moment.date()), Interval(moment, moment + timedelta(minutes=1)))


def _same_minute(moment, other) -> bool:
	return moment.replace(second=0, microsecond=0) == get_datetime(other).replace(second=0, microsecond=0)
