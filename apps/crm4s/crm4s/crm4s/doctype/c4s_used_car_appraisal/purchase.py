"""Buying an appraised car: what must be there, and what follows for car, owner and stock, exactly once."""

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, now_datetime

from crm4s.crm4s.doctype.c4s_odometer_reading.record import keep_reading
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import TRADE_IN, USED_STOCK, WITH_CUSTOMER
from crm4s.exceptions import PurchaseRefusedError
from crm4s.value.appraisal_steps import BOUGHT

VEHICLE, OWNER = "C4S Vehicle", "Owner"
TAKEN_OVER = (
	*("vin", "plate_number", "model", "model_description", "exterior_colour", "first_registered_on"),
	*("insurance_until", "inspection_due_on"),
)


def buy(appraisal) -> None:
	"""Buy the car of an appraisal, which is locked; a second call changes nothing."""
	if appraisal.status == BOUGHT:
		return
	appraisal.status = BOUGHT
	appraisal.save_facts()


def validate_ready(appraisal) -> None:
	"""Refuse the purchase, naming everything that is missing at once."""
	missing = what_is_missing(appraisal)
	if missing:
		frappe.throw("<br>".join([_("The car cannot be bought yet:"), *missing]), PurchaseRefusedError)


def what_is_missing(appraisal) -> list[str]:
	"""Sentences that say what the purchase waits for."""
	missing = []
	if not appraisal.vin:
		missing.append(_("The VIN is missing."))
	if not appraisal.accepted_on:
		missing.append(_("The customer has not accepted the offer."))
	open_documents = [escape_html(row.item) for row in appraisal.documents if row.mandatory and not row.received]
	if open_documents:
		missing.append(_("Not received: {0}.").format(", ".join(open_documents)))
	return missing


def take_in(appraisal) -> None:
	"""The car comes into the books as bought from its owner. Each part looks first whether it is done."""
	vehicle = appraisal.vehicle or frappe.db.get_value(VEHICLE, {"vin": appraisal.vin}) or _make_vehicle(appraisal)
	if not appraisal.vehicle:
		appraisal.vehicle = vehicle
		frappe.db.set_value(appraisal.doctype, appraisal.name, "vehicle", vehicle, update_modified=False)
	if frappe.db.get_value(VEHICLE, vehicle, "purchase_appraisal", for_update=True) == appraisal.name:
		return
	_read_odometer(appraisal, vehicle)
	_make_owner(appraisal, vehicle)
	_move(appraisal, vehicle, TRADE_IN)
	_write_purchase(appraisal, vehicle)


def car_of(appraisal) -> dict | None:
	"""Where the bought car is now: `status`, `in_stock_since`; None once another purchase came after this one."""
	if appraisal.status != BOUGHT:
		return None
	car = {"name": appraisal.vehicle, "purchase_appraisal": appraisal.name}
	return frappe.db.get_value(VEHICLE, car, ["status", "in_stock_since"], as_dict=True)


def take_into_stock(appraisal) -> None:
	"""A bought car that needs no work goes into used stock as it is."""
	if appraisal.status != BOUGHT:
		frappe.throw(_("The car is not bought yet."))
	status = frappe.db.get_value(VEHICLE, appraisal.vehicle, "status", for_update=True)
	if status != USED_STOCK:
		_move(appraisal, appraisal.vehicle, "Taken Into Used Stock")


def _make_vehicle(appraisal) -> str:
	values = {field: appraisal.get(field) for field in TAKEN_OVER}
	car = {**values, "doctype": VEHICLE, "entered_as": "In Use", "dealership": appraisal.dealership, "check_digit_confirmed": 1}
	return frappe.get_doc(car).insert(ignore_permissions=True).name


def _make_owner(appraisal, vehicle: str) -> None:
	"""The customer who sells is the owner in the books, so that the history says from whom the car came."""
	car = frappe.get_doc(VEHICLE, vehicle, for_update=True)
	if car.current_owner == appraisal.customer:
		return
	if car.current_owner:
		frappe.throw(
			_("In the books the car belongs to somebody else than {0}; correct its owners first.").format(
				frappe.bold(escape_html(appraisal.customer_name))
			),
			PurchaseRefusedError,
		)
	if car.status not in WITH_CUSTOMER:
		# The movement refuses it and says why.
		return
	car.append("parties", {"party_role": OWNER, "customer": appraisal.customer, "valid_from": _owner_since(car)})
	car.save(ignore_permissions=True)


def _owner_since(car):
	"""Unknown for the first owner in the books; after another one the day on which that one's time ended."""
	ends = [getdate(row.valid_to) for row in car.owners() if row.valid_to]
	return max(ends) if ends else None


def _read_odometer(appraisal, vehicle: str) -> None:
	keep_reading(appraisal, vehicle, now_datetime(), appraisal.odometer)


def _move(appraisal, vehicle: str, movement: str) -> None:
	frappe.get_doc(
		{
			"doctype": "C4S Stock Movement",
			"vehicle": vehicle,
			"movement": movement,
			"to_dealership": appraisal.dealership,
			"reference": appraisal.name,
		}
	).insert(ignore_permissions=True)


def _write_purchase(appraisal, vehicle: str) -> None:
	car = frappe.get_doc(VEHICLE, vehicle, for_update=True)
	car.update(
		{
			"purchase_price": appraisal.offer_amount,
			"bought_on": getdate(appraisal.bought_on),
			"purchase_appraisal": appraisal.name,
			"asking_price": 0,
			"reconditioning_cost": 0,
			**{field: appraisal.get(field) for field in ("insurance_until", "inspection_due_on") if appraisal.get(field)},
		}
	)
	car.save(ignore_permissions=True)
