"""The viewer's cars as their pages show them."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import add_days, flt, getdate, nowdate

from crm4s.portal import own
from crm4s.portal.named import rows_of
from crm4s.portal.viewer import Viewer

FIELDS = (
	*("vin", "vehicle_title", "plate_number", "plate_kind", "model", "model_description", "exterior_colour", "dealership", "odometer", "odometer_read_on"),
	*("next_service_on", "next_service_km", "next_service_basis", "next_service_reason", "warranty_until", "warranty_km"),
	*("extended_warranty_until", "insurance_until", "inspection_due_on", "delivered_on", "status"),
)
MOST_CARS = 200
# From so many days before, a date asks for something.
SOON_DAYS = 30
DUE, SOON, FINE = "due", "soon", "fine"


def cards(viewer: Viewer, names: Iterable[str] | None = None) -> list:
	"""Cars with `picture`, `price_from` of the next service, and `dates`: those that come, each with `label`, `on` and `state`."""
	wanted = list(names) if names is not None else None
	found = own.rows(viewer, own.VEHICLE, *FIELDS, where=(lambda table: table.name.isin(wanted)) if wanted else None, limit=MOST_CARS)
	order = {name: place for place, name in enumerate(viewer.cars)}
	found.sort(key=lambda car: order.get(car.name, len(order)))
	models = rows_of("C4S Vehicle Model", (car.model for car in found), "model_title", "image")
	for car in found:
		model = models.get(car.model) or frappe._dict()
		car.update(title=car.plate_number or model.get("model_title") or car.vehicle_title or car.name, model_title=model.get("model_title") or car.model_description, picture=model.get("image"))
		car.dates = dates_of(car)
	_set_prices(found)
	return found


def card(viewer: Viewer, name: str):
	return cards(viewer, [name])[0]


def dates_of(car) -> list[dict]:
	"""What comes for a car, the next first: next service, insurance, inspection, warranty; `over` says what it is when its day is past."""
	kinds = (
		(_("Next service"), car.next_service_on, _("overdue")),
		(_("Insurance"), car.insurance_until, _("expired")),
		(_("Inspection"), car.inspection_due_on, _("overdue")),
		(_("Warranty"), car.extended_warranty_until or car.warranty_until, _("expired")),
	)
	today = getdate(nowdate())
	return [{"label": label, "on": getdate(on), "state": _state(getdate(on), today), "over": over} for label, on, over in kinds if on]


def _set_prices(found: list) -> None:
	"""`price_from`: what the model's plan asks for the items that are due next; None where it names no price."""
	models = list({car.model for car in found if car.model and car.next_service_reason})
	rows = frappe.get_all("C4S Maintenance Item", {"parenttype": "C4S Vehicle Model", "parent": ["in", models]}, ["parent", "item", "price"]) if models else []
	prices = {(row.parent, row.item): flt(row.price) for row in rows}
	for car in found:
		items = (car.next_service_reason or "").split(", ")
		car.price_from = sum(prices.get((car.model, item), 0) for item in items) or None


def _state(on, today) -> str:
	if on < today:
		return DUE
	return SOON if on <= getdate(add_days(today, SOON_DAYS)) else FINE
