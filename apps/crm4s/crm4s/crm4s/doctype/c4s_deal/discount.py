"""Discount and who may approve it. A higher discount than the one approved, in money or as share of the price, needs approval anew."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, now_datetime

from crm4s.crm4s.doctype.c4s_deal.status import ORDERED, QUOTED
from crm4s.crm4s.doctype.c4s_discount_limit.c4s_discount_limit import limits
from crm4s.value.discounts import allowed_discount, share_of
from crm4s.value.money import to_cents

# The database keeps a percentage less finely than it was reckoned.
ROUNDING = Decimal("0.00001")


def set_needs_approval(deal) -> None:
	if deal.status in (QUOTED, ORDERED):
		deal.discount_needs_approval = int(needs_approval(deal))


def needs_approval(deal) -> bool:
	"""Whether the discount is above what the sales consultant may give and what was approved."""
	discount = to_cents(deal.discount_amount)
	return discount > 0 and not is_approved(deal) and discount > limit_of(deal.sales_consultant, deal)


def is_approved(deal) -> bool:
	within_amount = to_cents(deal.discount_amount) <= to_cents(deal.discount_approved_amount)
	share = share_of(deal.discount_amount, base_of(deal))
	return bool(deal.discount_approved_by) and within_amount and share <= Decimal(str(flt(deal.discount_approved_percent))) + ROUNDING


def limit_of(user: str | None, deal) -> Decimal:
	"""The highest discount that `user` may give on this deal."""
	roles = frappe.get_roles(user) if user else []
	return allowed_discount(limits(), roles, deal.brand, deal.model, base_of(deal))


def base_of(deal) -> Decimal:
	"""What a discount is measured by: list price and customisation."""
	return to_cents(deal.list_price) + to_cents(deal.customisation_amount)


def approve(deal) -> None:
	"""Write the approval of the current user, whose limit must cover the discount."""
	if deal.status not in (QUOTED, ORDERED):
		frappe.throw(_("The deal is {0}; there is no discount to approve.").format(_(deal.status)))
	if not to_cents(deal.discount_amount):
		frappe.throw(_("There is no discount to approve."))
	allowed = limit_of(frappe.session.user, deal)
	if to_cents(deal.discount_amount) > allowed:
		frappe.throw(
			_("Your limit for this car is {0}, the discount is {1}; somebody with a higher limit approves it.").format(
				frappe.format(float(allowed), "Currency"), frappe.format(deal.discount_amount, "Currency")
			),
			frappe.PermissionError,
		)
	deal.discount_approved_amount = deal.discount_amount
	deal.discount_approved_percent = float(share_of(deal.discount_amount, base_of(deal)))
	deal.discount_approved_by, deal.discount_approved_on = frappe.session.user, now_datetime()
	deal.save_facts()
