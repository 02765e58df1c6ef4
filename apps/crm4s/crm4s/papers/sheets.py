"""What the sheets of appointments and visits say beside the fields, as `doc.sheet` in their print formats.

Print formats lay out; they look nothing up and add nothing.
"""

from collections.abc import Iterable

import frappe
from frappe.utils import format_datetime, get_datetime

from crm4s.papers.language import speak
from crm4s.service import walk_round
from crm4s.service.approval import APPROVED, DECLINED, PROPOSED, counted
from crm4s.value.capitals import in_capitals
from crm4s.value.money import total

PAYERS = ("Customer", "Warranty", "Insurance", "Internal")
CUSTOMER = "Customer"


def prepare_appointment(document) -> None:
	"""Before an appointment is printed."""
	speak(document.language)
	document.sheet = frappe._dict(
		**_when(document),
		car=_car(document.vehicle),
		advisor=_full_name(document.service_advisor),
		courtesy_car=_resource_name(document.courtesy_car),
	)


def prepare_visit(document) -> None:
	"""Before a visit is printed.

	`parts` are what each payer pays for, `to_decide` and `decided` the items of the quotation, `areas` the walk-round by area.
	"""
	speak(document.language)
	rows = counted(document)
	document.sheet = frappe._dict(
		car=_car(document.vehicle),
		customer=_customer(document.customer),
		advisor=_full_name(document.service_advisor),
		marks=walk_round.marks_of(document),
		areas=_areas(document.walk_round),
		parts=_by_payer(rows),
		saved=float(total(row.discount_amount for row in rows if row.payer == CUSTOMER)),
		approved=_customers_total(document.items, APPROVED),
		proposed=_customers_total(document.items, PROPOSED),
		declined=_customers_total(document.items, DECLINED),
		in_capitals=in_capitals(document.customer_amount) if frappe.local.lang.startswith("zh") else None,
	)


def _when(appointment) -> dict:
	"""`day` with its weekday and `time` from–to in words; the day of the end, too, where it is another."""
	starts, ends = (get_datetime(appointment.get(field)) if appointment.get(field) else None for field in ("planned_from", "planned_to"))
	until = format_datetime(ends, "HH:mm" if ends.date() == starts.date() else "MM-dd HH:mm") if ends else None
	return {
		"day": format_datetime(starts, "yyyy-MM-dd EEEE"),
		"time": " – ".join(filter(None, (format_datetime(starts, "HH:mm"), until))),
	}


def _car(vehicle: str | None) -> dict:
	if not vehicle:
		return frappe._dict()
	fields = ["plate_number", "vin", "model", "model_description", "exterior_colour", "next_service_on", "next_service_km"]
	car = frappe.db.get_value("C4S Vehicle", vehicle, fields, as_dict=True) or frappe._dict()
	car.title = frappe.get_cached_value("C4S Vehicle Model", car.model, "model_title") if car.model else car.model_description
	return car


def _customer(customer: str | None) -> dict:
	"""Name and masked phone: a sheet lies on desks and in cars."""
	if not customer:
		return frappe._dict()
	return frappe.db.get_value("C4S Customer", customer, ["customer_name", "masked_phone"], as_dict=True) or frappe._dict()


def _full_name(user: str | None) -> str:
	return frappe.utils.get_fullname(user) if user else ""


def _resource_name(resource: str | None) -> str:
	return frappe.db.get_value("C4S Resource", resource, "resource_name") if resource else ""


def _areas(points: Iterable) -> list[dict]:
	"""The points of the walk-round under their areas, in the order of the list."""
	areas: dict[str, list] = {}
	for row in points:
		areas.setdefault(row.area or "", []).append(row)
	return [frappe._dict(area=area, points=rows) for area, rows in areas.items()]


def _by_payer(rows: Iterable) -> list[dict]:
	"""Who pays for what: the customer first; who pays for nothing is left out."""
	parts = [frappe._dict(payer=payer, rows=[row for row in rows if row.payer == payer]) for payer in PAYERS]
	for part in parts:
		part.amount = float(total(row.amount for row in part.rows))
	return [part for part in parts if part.rows]


def _customers_total(items: Iterable, approval: str) -> float:
	return float(total(row.amount for row in items if row.payer == CUSTOMER and (row.approval or PROPOSED) == approval))
