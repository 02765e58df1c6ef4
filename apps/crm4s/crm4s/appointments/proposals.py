"""What to have done when the car comes, with the reason, as it is proposed on the phone."""

from collections.abc import Callable
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, flt, formatdate

from crm4s.service import packages
from crm4s.settings import setting

VEHICLE, MAINTENANCE_ITEM = "C4S Vehicle", "C4S Maintenance Item"
CAR = ("name", "model", "next_service_on", "next_service_km", "next_service_reason")


def propose(vehicle: str, on: str | None = None, as_day: Callable[[date], str] = formatdate) -> list[dict]:
	"""What `packages.propose` finds for the day, with the times and prices of the model's plan; and what the plan has next, due or not.

	Who calls may come early: on the phone the next service is offered also where it is not due yet. `as_day` writes a date as the reader does.
	"""
	car = frappe.db.get_value(VEHICLE, vehicle, list(CAR), as_dict=True)
	plan = {row.item: row for row in _next_of_plan(car)}
	proposed = [_completed(found, plan.get(found["title"])) for found in packages.propose(vehicle, on, as_day=as_day)]
	named = {found["title"] for found in proposed}
	return proposed + [_of_plan(row, car, as_day) for item, row in plan.items() if item not in named]


def _next_of_plan(car) -> list:
	"""The items of the model's plan that are due next, as the forecast of the car names them."""
	wanted = [name for name in (car.next_service_reason or "").split(", ") if name]
	if not wanted or not car.model:
		return []
	filters = {"parent": car.model, "parenttype": "C4S Vehicle Model", "item": ["in", wanted]}
	return frappe.get_all(MAINTENANCE_ITEM, filters, ["item", "labour_hours", "price"], order_by="idx")


def _completed(found: dict, row) -> dict:
	"""With the reason on each line; a due item, which comes without, with the time and the price of the plan."""
	if row and not found["package"] and not found["minutes"]:
		found = {**found, **_work_of(row)}
	return {**found, "lines": [{**line, "reason": found["reason"]} for line in found["lines"]]}


def _of_plan(row, car, as_day: Callable[[date], str]) -> dict:
	reason = _("next by the maintenance plan: {0}").format(packages.next_by_plan(car, as_day))
	work = _work_of(row)
	return {"package": None, "title": row.item, "reason": reason, **work, "lines": [{**line, "reason": reason} for line in work["lines"]]}


def _work_of(row) -> dict:
	minutes = round(flt(row.labour_hours) * 60) or cint(setting("appointment_minutes"))
	line = {"item_kind": "Labour", "item_name": row.item, "quantity": 1, "minutes": minutes, "unit_price": flt(row.price)}
	return {"minutes": minutes, "price": flt(row.price), "lines": [line]}
