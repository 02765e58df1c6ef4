"""What the buttons of customer, membership, visit and deal call, over the desk and over REST. Each asks for permission and does one thing."""

import frappe
from frappe import _
from frappe.utils import add_months, cint, getdate, nowdate

from crm4s.access.own_store import own_store
from crm4s.access.required import require_document, require_permission
from crm4s.exceptions import PointsError
from crm4s.membership import coupons, rewards, tiers
from crm4s.membership.ledger import ADJUST, ENTRY, MEMBERSHIP, Posting, membership_of, post

BILLS = ("C4S Service Visit", "C4S Deal")


@frappe.whitelist()
def membership_of_customer(customer: str) -> dict | None:
	"""What the form of a customer shows: the membership with its points; None for who is no member."""
	require_permission(MEMBERSHIP, "read")
	require_permission("C4S Customer", "read", customer)
	name = membership_of(customer)
	if not name:
		return None
	fields = ["name", "tier", "balance", "debt", "next_expiry_on", "next_expiry_points"]
	return frappe.db.get_value(MEMBERSHIP, name, fields, as_dict=True)


@frappe.whitelist(methods=["POST"])
def enrol(customer: str) -> str:
	"""Make the customer a member; the name of the membership."""
	require_permission(MEMBERSHIP, "create")
	require_permission("C4S Customer", "read", customer)
	return membership_of(customer) or frappe.get_doc({"doctype": MEMBERSHIP, "customer": customer}).insert().name


@frappe.whitelist(methods=["POST"])
def give_points(membership: str, points: int, reason: str, valid_months: int = 0, request: str | None = None) -> str:
	"""Give points, or with a negative number take them; for those who may write the ledger. The name of the entry."""
	require_permission(ENTRY, "create")
	document = require_document(MEMBERSHIP, membership, "read", locking=False)
	if not (reason or "").strip():
		frappe.throw(_("Say why the points are given or taken."), frappe.MandatoryError)
	if not cint(points):
		frappe.throw(_("Say how many points."), PointsError)
	key = f"adjust|{document.name}|{request or frappe.generate_hash(length=16)}"
	expires_on = getdate(add_months(nowdate(), cint(valid_months))) if cint(valid_months) > 0 and cint(points) > 0 else None
	entries = post([Posting(document.name, ADJUST, key, cint(points), expires_on, dealership=own_store(), reason=reason.strip())])
	if cint(points) > 0:
		tiers.raise_up([document.name])
	return entries.get(key) or frappe.db.get_value(ENTRY, {"source_key": key})


@frappe.whitelist()
def rewards_for(membership: str) -> list[dict]:
	"""What the member could have, the cheapest first."""
	document = require_document(MEMBERSHIP, membership, "read", locking=False)
	require_permission("C4S Reward", "read")
	return rewards.offered(document)


@frappe.whitelist(methods=["POST"])
def redeem_reward(membership: str, reward: str, request: str | None = None) -> dict:
	"""Hand a reward out for points; see `rewards.redeem`."""
	document = require_document(MEMBERSHIP, membership, "write", locking=False)
	require_permission("C4S Reward", "read")
	return rewards.redeem(document.name, reward, own_store(), request)


@frappe.whitelist(methods=["POST"])
def take_back_reward(entry: str, reason: str) -> str:
	"""The customer gives a reward back; for those who may give points."""
	require_permission(ENTRY, "create")
	require_permission(ENTRY, "read", entry)
	return rewards.take_back(entry, reason)


@frappe.whitelist()
def coupons_of_bill(doctype: str, name: str) -> dict:
	"""What the form of a visit or deal shows: coupons `redeemed` on it, and those that the customer `has` for it."""
	document = _require_bill(doctype, name, "read", locking=False)
	return {"redeemed": coupons.coupons_on(document), "has": coupons.coupons_for(document)}


@frappe.whitelist(methods=["POST"])
def redeem_coupon(doctype: str, name: str, code: str) -> dict:
	"""Take a coupon off an open visit or deal: its `amount` and `offer`."""
	document = _require_bill(doctype, name)
	coupon = coupons.redeem(document, code)
	return {"amount": coupon.amount, "offer": coupon.offer}


@frappe.whitelist(methods=["POST"])
def give_coupon_back(doctype: str, name: str, code: str) -> None:
	"""Undo it while the visit or deal is open."""
	coupons.give_back(_require_bill(doctype, name), code)


@frappe.whitelist(methods=["POST"])
def cancel_coupon(coupon: str) -> None:
	"""A coupon that was given does not count any more."""
	coupons.cancel(require_document("C4S Coupon", coupon).name)


def _require_bill(doctype: str, name: str, ptype: str = "write", locking: bool = True):
	if doctype not in BILLS:
		frappe.throw(_("Coupons are redeemed on visits and deals."), frappe.PermissionError)
	require_permission("C4S Coupon", "read")
	return require_document(doctype, name, ptype, locking)
