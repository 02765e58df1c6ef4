"""The visit that repairs a damage, and what it charges to the insurer."""

import frappe
from frappe import _
from frappe.utils import escape_html, flt, now_datetime

from crm4s.exceptions import ClaimError
from crm4s.service.reception import open_visit
from crm4s.value.money import exact, to_cents

CLAIM, VISIT = "C4S Insurance Claim", "C4S Service Visit"
INSURANCE = "Insurance"


def visit_of(claim) -> frappe._dict | None:
	"""What the claim needs of its visit, as it is now."""
	if not claim.service_visit:
		return None
	fields = ["name", "vehicle", "dealership", "status", "visit_kind", "insurance_amount"]
	return frappe.db.get_value(VISIT, claim.service_visit, fields, as_dict=True)


def open_repair(claim):
	"""A new visit with what the insurer granted, for the insurer to pay; whoever calls asked for permission to make it."""
	return open_visit(
		{
			"visit_kind": "Workshop",
			"dealership": claim.dealership,
			"customer": claim.customer,
			"vehicle": claim.vehicle,
			"service_advisor": claim.handler,
			"arrived_on": now_datetime(),
			"concern": claim.what_happened,
			"items": [item_of(row) for row in claim.losses if flt(row.assessed_amount)],
		}
	)


def item_of(row) -> dict:
	"""A row of the visit that comes to what was granted, to the cent."""
	quantity, amount = exact(row.quantity), to_cents(row.assessed_amount)
	price = to_cents(amount / quantity)
	item = {"item_kind": row.item_kind, "part": row.part, "item_name": row.item_name, "payer": INSURANCE}
	if price * quantity == amount:
		return {**item, "quantity": float(quantity), "unit_price": float(price)}
	if row.part:
		# The store needs all of them: a price that is rounded up, less what that is too much.
		price = to_cents(amount / quantity + exact("0.005"))
		return {**item, "quantity": float(quantity), "unit_price": float(price), "discount_amount": float(to_cents(price * quantity) - amount)}
	return {**item, "item_name": f"{row.item_name} × {quantity.normalize():f}", "quantity": 1, "unit_price": float(amount)}


def validate_visit(claim) -> None:
	"""The visit is of this car and store, goes on, and repairs no other damage that is claimed."""
	visit = visit_of(claim)
	if visit.vehicle != claim.vehicle:
		frappe.throw(_("Visit {0} is of another car.").format(visit.name), ClaimError)
	if visit.dealership != claim.dealership:
		frappe.throw(_("Visit {0} is of another store.").format(visit.name), ClaimError)
	if visit.status == "Cancelled":
		frappe.throw(_("Visit {0} is cancelled.").format(visit.name), ClaimError)
	# Of two claims that take one visit, one waits here.
	frappe.db.get_value(VISIT, visit.name, "name", for_update=True)
	other = frappe.db.get_value(CLAIM, {"service_visit": visit.name, "name": ["!=", claim.name or ""]}, for_update=True)
	if other:
		frappe.throw(_("Visit {0} repairs the damage of claim {1} already.").format(visit.name, escape_html(other)), ClaimError)


def follow_visit(visit, _method: str | None = None) -> None:
	"""What a visit charges to the insurer is what its claim compares with the grant; on each save of a visit."""
	claim = frappe.db.get_value(CLAIM, {"service_visit": visit.name}, ["name", "repair_amount", "assessed_total", "paid_on"], as_dict=True)
	if not claim or claim.paid_on or flt(claim.repair_amount) == flt(visit.insurance_amount):
		return
	difference = to_cents(visit.insurance_amount) - to_cents(claim.assessed_total)
	values = {"repair_amount": flt(visit.insurance_amount), "difference_amount": float(difference)}
	frappe.db.set_value(CLAIM, claim.name, values, update_modified=False)
