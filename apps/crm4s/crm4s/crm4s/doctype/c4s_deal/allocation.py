"""Which car the deal gets. A car is allocated to one deal at a time: the deal's row is locked, then the car's, in this order everywhere."""

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form, now_datetime

from crm4s.access.vehicles import sees_vehicle
from crm4s.crm4s.doctype.c4s_deal import checklists
from crm4s.crm4s.doctype.c4s_deal.status import ORDERED
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import ALLOCATED, IN_STOCK, USED_STOCK
from crm4s.edge import plain_refusal
from crm4s.exceptions import CarTakenError
from crm4s.identifiers.vin import normalise_vin

VEHICLE, MOVEMENT = "C4S Vehicle", "C4S Stock Movement"
# Where a car of this kind of deal must be taken from.
OFFERED_AS = {"New Car": IN_STOCK, "Used Car": USED_STOCK}
FIELDS = ("vehicle", "vin", "plate_number", "allocated_on", "allocated_by", "allocation_key", "vehicle_cost")


def allocate(deal, vehicle: str | None = None, vin: str | None = None) -> None:
	"""Give the car to the deal, which is locked; a second call for the same car changes nothing.

	Raises:
		CarTakenError: another deal was faster, or the car is not for sale.
	"""
	name = _find(vehicle, vin)
	if deal.vehicle == name:
		return
	_validate_deal(deal)
	car = _locked(name)
	_validate_car(deal, car)
	_move(name, "Allocated", deal)
	deal.update(
		{
			"vehicle": name,
			"vin": car.vin,
			"plate_number": car.plate_number,
			"allocated_on": now_datetime(),
			"allocated_by": frappe.session.user,
			"allocation_key": name,
			"vehicle_cost": car.total_cost or car.purchase_price,
		}
	)
	deal.save_facts()


def release(deal, reason: str) -> None:
	"""Take the car from the deal, so that another customer can have it."""
	if deal.status != ORDERED or not deal.vehicle:
		frappe.throw(_("No car is allocated to this deal."))
	if not (reason or "").strip():
		frappe.throw(_("Say why the car is released."), frappe.MandatoryError)
	car = deal.vehicle
	_locked(car)
	clear(deal)
	deal.save_facts()
	_move(car, "Released", deal, reason.strip())


def clear(deal) -> None:
	"""The deal without its car; another one is inspected and handed over anew."""
	deal.update(dict.fromkeys(FIELDS))
	checklists.reset(deal)


def free(car: str | None, deal) -> None:
	"""A cancelled deal gives its car back, if it had one and nobody moved it on."""
	if car and _locked(car).status == ALLOCATED:
		_move(car, "Released", deal, deal.cancellation_note)


def cars_for(deal) -> list[dict]:
	"""Cars of the deal's store that it could get, those of the wanted colours first, then the longest in stock. At most 50."""
	filters = {"dealership": deal.dealership, "status": OFFERED_AS[deal.deal_kind]}
	if deal.model:
		filters["model"] = deal.model
	fields = ["name", "vin", "plate_number", "exterior_colour", "interior_colour", "in_stock_since", "stock_location", "asking_price"]
	cars = frappe.get_list(VEHICLE, filters=filters, fields=fields, order_by="in_stock_since, name", limit_page_length=50)
	return sorted(cars, key=lambda car: -_matching_colours(deal, car))


def _matching_colours(deal, car) -> int:
	return sum(bool(deal.get(field)) and deal.get(field) == car[field] for field in ("exterior_colour", "interior_colour"))


def _find(vehicle: str | None, vin: str | None) -> str:
	"""The name of the car; one that the user does not see is as unknown as one that does not exist."""
	if vin and not vehicle:
		with plain_refusal():
			vin = normalise_vin(vin)
		vehicle = frappe.db.get_value(VEHICLE, {"vin": vin})
	if not vehicle or not frappe.db.exists(VEHICLE, vehicle) or not sees_vehicle(vehicle):
		frappe.throw(
			_("No car of your store is known as {0}.").format(frappe.bold(escape_html(vin or vehicle or "?"))),
			frappe.DoesNotExistError,
		)
	return vehicle


def _locked(name: str) -> dict:
	"""The car as it is now, not as this transaction saw it first; nobody else moves it until the end of the transaction."""
	fields = ["name", "vin", "plate_number", "status", "dealership", "model", "purchase_price", "total_cost", "vehicle_title"]
	return frappe.db.get_value(VEHICLE, name, fields, as_dict=True, for_update=True)


def _validate_deal(deal) -> None:
	if deal.status != ORDERED:
		frappe.throw(_("A car is allocated to an ordered deal; this one is {0}.").format(_(deal.status)))
	if deal.vehicle:
		frappe.throw(_("Car {0} is allocated to this deal; release it first.").format(frappe.bold(deal.vin or deal.vehicle)))


def _validate_car(deal, car) -> None:
	title = frappe.bold(escape_html(car.vehicle_title))
	if car.dealership != deal.dealership:
		frappe.throw(_("{0} stands at another store; have it transferred first.").format(title))
	if car.status == ALLOCATED:
		frappe.throw(_refusal_of_taken(car, title), CarTakenError)
	if car.status != OFFERED_AS[deal.deal_kind]:
		frappe.throw(
			_("{0} is {1}; only a car that is {2} can be allocated to this deal.").format(
				title, _(car.status), _(OFFERED_AS[deal.deal_kind])
			),
			CarTakenError,
		)
	if deal.model and car.model != deal.model:
		frappe.throw(_("{0} is not the model that was ordered.").format(title))


def _refusal_of_taken(car, title: str) -> str:
	other = frappe.db.get_value("C4S Deal", {"allocation_key": car.name}, for_update=True)
	if not other:
		return _("{0} is taken: it is allocated already.").format(title)
	return _("{0} is taken: it is allocated to deal {1}.").format(title, get_link_to_form("C4S Deal", other))


def _move(car: str, movement: str, deal, remark: str | None = None) -> None:
	"""The stock log is the one writer of the car's status."""
	frappe.get_doc(
		{"doctype": MOVEMENT, "vehicle": car, "movement": movement, "reference": deal.name, "remark": remark}
	).insert(ignore_permissions=True)
