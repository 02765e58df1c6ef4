"""What the dispatch board and the form of an order call. Who may is asked first; what happens then stands in `steps`."""

import frappe
from frappe import _
from frappe.utils import cint, flt, now_datetime

from crm4s.access.required import require_permission, require_store
from crm4s.access.stores import has_store_permission
from crm4s.access.vehicles import VEHICLE
from crm4s.appointments.api import once
from crm4s.dispatch import closing, home_service, steps, teams
from crm4s.dispatch.standards import ENDED, SOLVED, TOWED
from crm4s.edge import plain_refusal
from crm4s.exceptions import DispatchError
from crm4s.identifiers.position import read_position
from crm4s.service.pictures import keep_picture
from crm4s.service.reception import car_with_vin
from crm4s.settings import setting

ORDER = "C4S Dispatch Order"
# What is said on the phone; the rest follows from it.
SAID = (
	*("dealership", "kind", "customer", "vehicle", "plate_number", "car_description", "contact_name", "contact_phone", "trouble", "concern"),
	*("address", "insurance_note", "payer", "planned_from", "planned_minutes", "called_on"),
)
FEE = ("item_kind", "part", "item_name", "quantity", "unit_price", "discount_amount", "payer")
MOST_PHOTOS, LONGEST_REMARK = 30, 140


@frappe.whitelist(methods=["POST"])
def take_call(values: dict | str, position: str | None = None) -> str:
	"""The name of a new order; for those who may make orders.

	Args:
		values: fields SAID; the rest of an order follows from them.
		position: latitude and longitude as one text, such as "31.2304, 121.4737".
	"""
	require_permission(ORDER, "create")
	values = frappe.parse_json(values)
	require_store(values.get("dealership") or "")
	said = {field: values.get(field) for field in SAID if values.get(field)}
	return frappe.get_doc({"doctype": ORDER, **said, **_position(position)}).insert().name


@frappe.whitelist(methods=["POST"])
def send(order: str, team: str, minutes: int | None = None) -> None:
	"""A team gets the order; for those who may write it. `minutes`: for how long the team is taken."""
	require_permission(ORDER, "write", order)
	once(lambda: steps.send(_to_plan(order, team), team, cint(minutes)))


@frappe.whitelist(methods=["POST"])
def send_other(order: str, team: str, minutes: int | None = None) -> None:
	"""Another team instead of the one that was sent; for those who may write the order."""
	require_permission(ORDER, "write", order)
	once(lambda: steps.send_other(_to_plan(order, team), team, cint(minutes)))


@frappe.whitelist(methods=["POST"])
def send_for_appointment(appointment: str, team: str, address: str, position: str | None = None, minutes: int | None = None) -> str:
	"""The name of the order of a home service that was booked; for those who may write the appointment and make orders."""
	require_permission("C4S Service Appointment", "write", appointment)
	require_permission(ORDER, "create")
	place = _position(position)
	return once(lambda: home_service.send(appointment, team, address, place, cint(minutes)))


@frappe.whitelist(methods=["POST"])
def take_back(order: str) -> None:
	"""The team does not go; for those who may write the order."""
	require_permission(ORDER, "write", order)
	steps.take_back(_to_plan(order))


@frappe.whitelist(methods=["POST"])
def depart(order: str, moment: str | None = None) -> None:
	"""The team sets out; for the team, and for those who may write the order."""
	require_permission(ORDER, "read", order)
	steps.depart(_to_work(order), moment)


@frappe.whitelist(methods=["POST"])
def arrive(order: str, moment: str | None = None) -> None:
	"""The team is there; for the team, and for those who may write the order."""
	require_permission(ORDER, "read", order)
	steps.arrive(_to_work(order), moment)


@frappe.whitelist(methods=["POST"])
def solve(
	order: str,
	fees: list | str | None = None,
	agreed: int = 0,
	remark: str | None = None,
	odometer: int | None = None,
	driven_km: float | None = None,
	moment: str | None = None,
) -> str | None:
	"""Done on site; the name of the service visit, None while customer or car are not known. For the team, and for those who may write the order."""
	require_permission(ORDER, "read", order)
	return _end(order, SOLVED, fees, agreed, remark, odometer, driven_km, moment)


@frappe.whitelist(methods=["POST"])
def tow(
	order: str,
	fees: list | str | None = None,
	agreed: int = 0,
	remark: str | None = None,
	odometer: int | None = None,
	driven_km: float | None = None,
	moment: str | None = None,
) -> str | None:
	"""Brought to the workshop; the name of the visit there. For the team, and for those who may write the order."""
	require_permission(ORDER, "read", order)
	return _end(order, TOWED, fees, agreed, remark, odometer, driven_km, moment)


@frappe.whitelist(methods=["POST"])
def cancel(order: str, reason: str) -> None:
	"""Nobody is needed any more; for those who may write the order."""
	require_permission(ORDER, "write", order)
	steps.cancel(_to_plan(order), reason)


@frappe.whitelist(methods=["POST"])
def enter_car(order: str, vin: str, model: str | None = None, confirmed: int = 0) -> str:
	"""The car of an order, by the VIN that stands on it: known, or made now with the customer as its owner. Opens the visit that waited for it.

	For those who may write the order and make cars.
	"""
	require_permission(ORDER, "write", order)
	require_permission(VEHICLE, "create")
	document = _to_plan(order)
	if not document.vehicle:
		document.vehicle = car_with_vin(document, vin, model, confirmed)
		document.save()
		if document.status in ENDED:
			closing.open_visit_if_known(document)
	return document.vehicle


@frappe.whitelist(methods=["POST"])
def open_visit(order: str) -> str:
	"""The name of the visit of an order that ended before its customer or car were known; for those who may write the order."""
	require_permission(ORDER, "write", order)
	return closing.open_missing_visit(_to_plan(order))


@frappe.whitelist(methods=["POST"])
def add_photo(order: str, content: str, remark: str | None = None) -> str:
	"""Keep a photo as a private file of the order; its URL. For the team, and for those who may write the order.

	Args:
		content: the file in base64, also as a data URL; what is no picture is refused before anything is written.
	"""
	require_permission(ORDER, "read", order)
	document = _to_work(order)
	if len(document.photos) >= MOST_PHOTOS:
		frappe.throw(_("An order keeps at most {0} photos.").format(MOST_PHOTOS), DispatchError)
	photo = keep_picture(document, content, str(len(document.photos) + 1))
	document.append("photos", {"photo": photo, "remark": (remark or "").strip()[:LONGEST_REMARK], "taken_on": now_datetime()})
	document.save_facts()
	return photo


def _end(order: str, status: str, fees, agreed, remark, odometer, driven_km, moment) -> str | None:
	document = _to_work(order)
	said = {"remark": remark, "odometer": odometer and cint(odometer), "driven_km": driven_km and flt(driven_km)}
	rows = None if fees is None else [{field: row.get(field) for field in FEE if row.get(field) is not None} for row in frappe.parse_json(fees)]
	steps.end(document, status, said, rows, bool(cint(agreed)), moment)
	return document.service_visit


def _to_plan(name: str, *others: str):
	document = steps.locked(name, *others)
	document.check_permission("write")
	_require_own_store(document)
	return document


def _to_work(name: str):
	document = steps.locked(name)
	document.check_permission("read")
	_require_own_store(document)
	if document.team not in teams.own_teams() and not document.has_permission("write"):
		frappe.throw(_("This order is another team's; only that team does this, or those who send teams."), frappe.PermissionError)
	return document


def _require_own_store(document) -> None:
	"""Dealings may be shared between stores; the work on them is not."""
	if not has_store_permission(document):
		frappe.throw(_("This order belongs to another store."), frappe.PermissionError)


def _position(text: str | None) -> dict:
	if not (text or "").strip():
		return {}
	with plain_refusal():
		return read_position(text, setting("default_region"))._asdict()
