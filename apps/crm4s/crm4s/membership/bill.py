"""What coupons take off the lines of a visit, or off the price of a deal: to the cent, and not to be changed under them.

A coupon is part of the discount, and `coupon_amount` says which part; see docs/decisions/membership.md.
"""

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.exceptions import CouponError
from crm4s.value.coupons import ITEM, shared
from crm4s.value.money import to_cents

VISIT, DEAL = "C4S Service Visit", "C4S Deal"


def save(document) -> None:
	"""Save a visit or deal on which a coupon was redeemed or given back."""
	document.flags.writes_coupons = True
	try:
		document.save_facts()
	finally:
		document.flags.writes_coupons = False


def lines(offer, document) -> dict:
	"""What the customer pays for each line that the coupon may take something off; of a deal its car under None."""
	if document.doctype == DEAL:
		return {None: to_cents(document.list_price) + to_cents(document.customisation_amount) - to_cents(document.discount_amount)}
	rows = {row.idx: to_cents(row.amount) for row in document.items if may_have_coupon(row)}
	if offer is None or offer.coupon_kind != ITEM:
		return rows
	field = "part" if offer.part else "package"
	return {row.idx: rows[row.idx] for row in document.items if row.idx in rows and row.get(field) == offer.get(field)}


def may_have_coupon(row) -> bool:
	return row.payer == "Customer" and row.approval != "Declined"


def take_off(document, rows: dict, amount) -> None:
	"""Share an amount among the lines of `lines`, and write it to them."""
	if document.doctype == DEAL:
		document.discount_amount = float(to_cents(document.discount_amount) + amount)
		document.coupon_amount = float(to_cents(document.coupon_amount) + amount)
		return
	items = {row.idx: row for row in document.items}
	for (idx, _worth), share in zip(rows.items(), shared(amount, list(rows.values())), strict=True):
		row = items[idx]
		row.coupon_amount = float(to_cents(row.coupon_amount) + share)
		row.discount_amount = float(to_cents(row.discount_amount) + share)
		row.amount = float(to_cents(row.amount) - share)


def strip(document) -> None:
	"""Take all that coupons took off from the bill, as if there were none."""
	for row in [document] if document.doctype == DEAL else document.items:
		share = to_cents(row.coupon_amount)
		row.discount_amount = max(flt(to_cents(row.discount_amount) - share, 2), 0)
		row.coupon_amount = 0
		if document.doctype == VISIT:
			row.amount = float(to_cents(row.amount) + share)


def keep_on_visit(visit) -> None:
	"""While a visit is validated: what coupons took off its lines stays, unless a coupon is redeemed or given back."""
	if visit.flags.writes_coupons:
		return
	before = visit.get_doc_before_save()
	known = {row.name: row for row in before.items if to_cents(row.coupon_amount)} if before else {}
	for row in visit.items:
		row.coupon_amount = known[row.name].coupon_amount if row.name in known else 0
	if visit.status == "Cancelled":
		strip(visit)
		return
	left = {row.name: row for row in visit.items}
	for name, row in known.items():
		now = left.get(name)
		if not now or not may_have_coupon(now) or to_cents(now.discount_amount) < to_cents(row.coupon_amount):
			frappe.throw(
				_("A coupon takes {0} off {1}; give the coupon back before you change that.").format(
					frappe.format(row.coupon_amount, "Currency"), frappe.bold(frappe.utils.escape_html(row.item_name))
				),
				CouponError,
			)


def keep_on_deal(deal) -> None:
	"""While a deal is validated, after its read-only fields were put back: the discount holds what coupons took off."""
	if deal.status == "Cancelled" and to_cents(deal.coupon_amount) and deal.has_value_changed("status"):
		strip(deal)
	elif to_cents(deal.discount_amount) < to_cents(deal.coupon_amount):
		frappe.throw(
			_("Coupons take {0} off this deal; give them back before you lower the discount.").format(
				frappe.format(deal.coupon_amount, "Currency")
			),
			CouponError,
		)
