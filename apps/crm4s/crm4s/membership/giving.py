"""Coupons given to many customers at once, as sets: each customer gets one for a key, however often it is asked for."""

from collections.abc import Callable, Sequence

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import cint, now

from crm4s.exceptions import CouponError
from crm4s.rows.names import Series
from crm4s.rows.writer import attempt, insert_unless_known, slices

COUPON, OFFER = "C4S Coupon", "C4S Coupon Offer"
USABLE, CANCELLED = "Usable", "Cancelled"
SLICE = 1_000
# A code that is there already is as good as impossible; twice in a row it is a fault.
TRIES_FOR_A_CODE = 3
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "code", "offer", "customer", "status", "dealership"),
	*("valid_from", "valid_until", "reason", "source_key", "amount"),
)


def give_in_slices(
	offer: str,
	customers: Sequence[str],
	key_begins: str,
	dealership: str,
	new_code: Callable[[], str],
	completed: Callable,
	reason: str | None = None,
	commit: bool = False,
	tell: Callable[[int, int], None] | None = None,
	to_all: bool = False,
) -> int:
	"""See `crm4s.membership.coupons.give_to`, which says what a code is and which days a coupon of the offer counts."""
	wanted, given, done = sorted(set(customers)), 0, 0
	for part in slices(wanted, SLICE):
		given += attempt(lambda part=part: _give(offer, part, key_begins, dealership, new_code, completed, reason, to_all), commit)
		done += len(part)
		if tell:
			tell(done, len(wanted))
	return given


def _give(offer_name, customers, key_begins, dealership, new_code, completed, reason, to_all) -> int:
	offer = frappe.get_doc(OFFER, offer_name, for_update=True)
	days = completed(offer)
	keys = {f"{key_begins}{customer}": customer for customer in customers}
	for key in _known(list(keys)):
		keys.pop(key)
	left = _within_numbers(offer, keys, to_all)
	fixed = {"offer": offer.name, "status": USABLE, "dealership": dealership, "reason": reason, "amount": 0, **days}
	given = 0
	for _try in range(TRIES_FOR_A_CODE):
		if not left:
			break
		given += len(insert_unless_known(COUPON, COLUMNS, _rows(left, fixed, new_code)))
		known = _known(list(left))
		left = {key: customer for key, customer in left.items() if key not in known}
	return given


def _rows(wanted: dict[str, str], fixed: dict, new_code: Callable[[], str]) -> list[tuple]:
	moment, user = now(), frappe.session.user
	names = Series(COUPON).reserve([{"offer": fixed["offer"]}] * len(wanted))
	return [
		(
			*(name, moment, moment, user, user, 0, 0, new_code(), fixed["offer"], customer, fixed["status"], fixed["dealership"]),
			*(fixed["valid_from"], fixed["valid_until"], fixed["reason"], key, fixed["amount"]),
		)
		for name, (key, customer) in zip(names, wanted.items(), strict=True)
	]


def _known(keys: list[str]) -> set[str]:
	"""Read as they are now, also what somebody else gave since this transaction began."""
	coupon = frappe.qb.DocType(COUPON)
	return set(frappe.qb.from_(coupon).where(coupon.source_key.isin(keys or [""])).select(coupon.source_key).for_update().run(pluck=True))


def _within_numbers(offer, keys: dict[str, str], to_all: bool) -> dict[str, str]:
	"""Without those who have had their coupons of the offer, and no more than are left of it; the offer is locked."""
	coupon = frappe.qb.DocType(COUPON)
	counted = frappe.qb.from_(coupon).where((coupon.offer == offer.name) & (coupon.status != CANCELLED))
	if cint(offer.most_per_customer) and keys:
		of_these = counted.where(coupon.customer.isin(sorted(keys.values()))).groupby(coupon.customer).select(coupon.customer, Count(coupon.name))
		had = dict(of_these.for_update().run())
		keys = {key: customer for key, customer in keys.items() if had.get(customer, 0) < cint(offer.most_per_customer)}
	if cint(offer.most_coupons):
		left = max(cint(offer.most_coupons) - counted.select(Count(coupon.name)).for_update().run()[0][0], 0)
		if to_all and left < len(keys):
			frappe.throw(_("{0} coupons of the offer {1} are left for {2} customers.").format(left, frappe.bold(_(offer.name)), len(keys)), CouponError)
		keys = dict(list(keys.items())[:left])
	return keys
