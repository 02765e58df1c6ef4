"""Coupons: given, redeemed exactly once on a visit or a deal, given back when that falls through."""

import secrets
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, formatdate, getdate, now_datetime, nowdate

from crm4s.exceptions import CouponError
from crm4s.membership import bill
from crm4s.membership.bill import DEAL, VISIT
from crm4s.membership.giving import give_in_slices
from crm4s.relationship_costs import COUPON as COST_KIND
from crm4s.relationship_costs import Cost, note_costs
from crm4s.value.coupons import coupon_discount
from crm4s.value.money import to_cents, total

COUPON, OFFER = "C4S Coupon", "C4S Coupon Offer"
USABLE, REDEEMED, CANCELLED = "Usable", "Redeemed", "Cancelled"
USED_ON = {VISIT: ("Service Visit", "Both"), DEAL: ("Deal", "Both")}
OPEN_DEAL = ("Quoted", "Ordered")
# Without those that look alike: people read codes from paper.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
MOST_SHOWN = 20


# Given


def new_code() -> str:
	"""A code that nobody guesses: 31 signs to the power of 12."""
	return "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))


def complete(coupon) -> None:
	"""What a new coupon takes from its offer; refuses what the offer does not give."""
	offer = frappe.get_doc(OFFER, coupon.offer, for_update=True)
	_validate_offered(offer)
	if not coupon.customer and not offer.transferable:
		frappe.throw(_("Say who gets the coupon, as only that customer may use it."), frappe.MandatoryError)
	_validate_numbers(offer, coupon.customer)
	coupon.update(_days(offer, coupon.valid_from, coupon.valid_until))


def _validate_offered(offer) -> None:
	if not offer.enabled or (offer.valid_until and getdate(offer.valid_until) < getdate(nowdate())):
		frappe.throw(_("The offer {0} is over.").format(frappe.bold(_(offer.name))), CouponError)


def _days(offer, valid_from=None, valid_until=None) -> dict:
	"""From when until when a coupon of the offer counts that is given today."""
	today = getdate(nowdate())
	begins = valid_from or max(getdate(offer.valid_from or today), today)
	ends = [getdate(day) for day in (valid_until, offer.valid_until) if day]
	if cint(offer.valid_days):
		ends.append(getdate(add_days(begins, cint(offer.valid_days))))
	return {"valid_from": begins, "valid_until": min(ends) if ends else None}


def _validate_numbers(offer, customer: str | None) -> None:
	"""The offer is locked: two people do not give the last one twice. Rows are counted as they are now."""
	counts = frappe.qb.DocType(COUPON)
	query = frappe.qb.from_(counts).where((counts.offer == offer.name) & (counts.status != CANCELLED)).select(counts.name)
	if cint(offer.most_coupons) and len(query.limit(cint(offer.most_coupons)).for_update().run()) >= cint(offer.most_coupons):
		frappe.throw(_("All {0} coupons of this offer have been given.").format(offer.most_coupons), CouponError)
	most = cint(offer.most_per_customer)
	if most and customer and len(query.where(counts.customer == customer).limit(most).for_update().run()) >= most:
		frappe.throw(_("This customer has had {0} coupons of this offer, and gets no more.").format(most), CouponError)


def validate_days(coupon) -> None:
	if coupon.valid_from and coupon.valid_until and getdate(coupon.valid_until) < getdate(coupon.valid_from):
		frappe.throw(_("A coupon cannot end before it begins."), CouponError)


def give(offer: str, customer: str | None, dealership: str | None, reason: str | None = None, source_key: str | None = None):
	"""A new coupon; what was given for the same key before, if it was. Permission is the caller's question."""
	known = frappe.db.get_value(COUPON, {"source_key": source_key}) if source_key else None
	if known:
		return frappe.get_doc(COUPON, known)
	values = {"offer": offer, "customer": customer, "dealership": dealership, "reason": reason, "source_key": source_key}
	coupon = frappe.get_doc({"doctype": COUPON, **values})
	coupon.flags.writes_facts = True
	return coupon.insert(ignore_permissions=True)


def validate_offered(offer: str) -> None:
	"""Refuse an offer of which no coupon can be given any more.

	Raises:
		CouponError: it is switched off, over, or all its coupons are given.
	"""
	document = frappe.get_doc(OFFER, offer)
	_validate_offered(document)
	_validate_numbers(document, None)


def give_to(
	offer: str,
	customers,
	key_begins: str,
	dealership: str,
	reason: str | None = None,
	commit: bool = False,
	tell: Callable[[int, int], None] | None = None,
	to_all: bool = False,
) -> int:
	"""A new coupon for each of many customers, in slices; how many were given now.

	Who was given one for the same key before gets none, nor who has had as many as the offer gives a customer. As many are given as the offer
	has left. Permission is the caller's question.

	Args:
		customers: names, or a query of one column of names.
		key_begins: how the keys begin; the customer's name follows.
		dealership: the store that gives them.
		commit: whether each slice is a transaction of its own; else all belongs to the caller's.
		tell: called after each slice with how many customers were looked at, and how many there are.
		to_all: nobody of a slice gets one where the offer has too few left for all of it.
	Raises:
		CouponError: the offer is over, or has too few left.
	"""
	names = customers.run(pluck=True) if hasattr(customers, "run") else customers

	def completed(locked_offer) -> dict:
		_validate_offered(locked_offer)
		return _days(locked_offer)

	return give_in_slices(offer, names, key_begins, dealership, new_code, completed, reason, commit, tell, to_all)


def cancel(name: str) -> None:
	"""A coupon that was given does not count any more; a redeemed one has been used."""
	coupon = frappe.get_doc(COUPON, name, for_update=True)
	if coupon.status == REDEEMED:
		frappe.throw(_("The coupon {0} was redeemed already.").format(frappe.bold(coupon.code)), CouponError)
	coupon.status = CANCELLED
	coupon.save_facts()


# Redeemed


def redeem(document, code: str):
	"""Take a coupon off a locked visit or deal, and save that; the coupon. The second of two who try the same is refused."""
	coupon = _locked(code)
	offer = frappe.get_cached_doc(OFFER, coupon.offer)
	_validate_usable(coupon, offer, document)
	rows = bill.lines(offer, document)
	base = total(rows.values())
	whole = total(bill.lines(None, document).values())
	if to_cents(offer.minimum_amount) > whole:
		frappe.throw(
			_("The coupon counts from a bill of {0}; this one comes to {1}.").format(
				frappe.format(offer.minimum_amount, "Currency"), frappe.format(float(whole), "Currency")
			),
			CouponError,
		)
	amount = coupon_discount(offer.coupon_kind, base, offer.amount, offer.percent, offer.most_amount)
	if not amount:
		frappe.throw(_("There is nothing on this bill that the coupon takes off."), CouponError)
	bill.take_off(document, rows, amount)
	coupon.update(
		{
			"status": REDEEMED,
			"amount": float(amount),
			"redeemed_on": now_datetime(),
			"redeemed_by": frappe.session.user,
			"redeemed_at": document.dealership,
			"reference_doctype": document.doctype,
			"reference_name": document.name,
		}
	)
	coupon.save_facts()
	bill.save(document)
	_note_cost(coupon, document, float(amount))
	return coupon


def give_back(document, code: str) -> None:
	"""Undo `redeem` while the bill is open."""
	coupon = _locked(code)
	if coupon.status != REDEEMED or (coupon.reference_doctype, coupon.reference_name) != (document.doctype, document.name):
		frappe.throw(_("The coupon {0} was not redeemed here.").format(frappe.bold(frappe.utils.escape_html(code))), CouponError)
	_validate_open(document)
	left = [name for name in _redeemed_on(document) if name != coupon.name]
	bill.strip(document)
	# What the others take off is shared anew, as nobody knows whose cents stand on which line.
	for name in left:
		other = frappe.get_doc(COUPON, name)
		rows = bill.lines(frappe.get_cached_doc(OFFER, other.offer), document)
		if total(rows.values()) < to_cents(other.amount):
			frappe.throw(_("The lines have changed since; give coupon {0} back first.").format(frappe.bold(other.code)), CouponError)
		bill.take_off(document, rows, to_cents(other.amount))
	_release(coupon, document)
	bill.save(document)


def release_all(document) -> None:
	"""The visit or deal is cancelled: its coupons count again."""
	for name in _redeemed_on(document):
		_release(frappe.get_doc(COUPON, name, for_update=True), document)


def coupons_on(document) -> list[dict]:
	"""The coupons that were redeemed on a document, for its form."""
	filters = {"reference_name": document.name, "reference_doctype": document.doctype, "status": REDEEMED}
	return frappe.get_all(COUPON, filters, ["name", "code", "offer", "amount"], order_by="redeemed_on")


def coupons_for(document) -> list[dict]:
	"""The customer's own coupons that could be redeemed on a document now."""
	if not document.customer:
		return []
	coupon, offer = frappe.qb.DocType(COUPON), frappe.qb.DocType(OFFER)
	rows = (
		frappe.qb.from_(coupon)
		.join(offer)
		.on(offer.name == coupon.offer)
		.where((coupon.customer == document.customer) & (coupon.status == USABLE) & (offer.enabled == 1))
		.where(offer.used_on.isin(USED_ON[document.doctype]))
		.where(coupon.valid_from.isnull() | (coupon.valid_from <= nowdate()))
		.where(coupon.valid_until.isnull() | (coupon.valid_until >= nowdate()))
		.orderby(coupon.valid_until)
		.limit(MOST_SHOWN)
		.select(coupon.code, coupon.offer, coupon.valid_until)
	).run(as_dict=True)
	return [row for row in rows if _counts_in_store(frappe.get_cached_doc(OFFER, row.offer), document.dealership)]


def _counts_in_store(offer, dealership: str) -> bool:
	return not offer.stores or dealership in [row.dealership for row in offer.stores]


def _redeemed_on(document) -> list[str]:
	return [row.name for row in coupons_on(document)]


def _locked(code: str):
	"""As it is now: a colleague may have redeemed it since this transaction began."""
	clean = "".join(sign for sign in (code or "").upper() if sign.isalnum())
	name = frappe.db.get_value(COUPON, {"code": clean}) if clean else None
	if not name:
		frappe.throw(_("No coupon has the code {0}.").format(frappe.bold(frappe.utils.escape_html((code or "")[:40]))), CouponError)
	return frappe.get_doc(COUPON, name, for_update=True)


def _validate_usable(coupon, offer, document) -> None:
	_validate_open(document)
	today = getdate(nowdate())
	if coupon.status == REDEEMED:
		frappe.throw(_("This coupon was redeemed on {0}.").format(formatdate(coupon.redeemed_on)), CouponError)
	if coupon.status != USABLE or not offer.enabled:
		frappe.throw(_("This coupon does not count any more."), CouponError)
	if coupon.valid_from and getdate(coupon.valid_from) > today:
		frappe.throw(_("This coupon counts from {0}.").format(formatdate(coupon.valid_from)), CouponError)
	if coupon.valid_until and getdate(coupon.valid_until) < today:
		frappe.throw(_("This coupon counted until {0}.").format(formatdate(coupon.valid_until)), CouponError)
	if coupon.customer and coupon.customer != document.customer and not offer.transferable:
		frappe.throw(_("This coupon was given to another customer."), CouponError)
	if offer.used_on not in USED_ON[document.doctype]:
		frappe.throw(_("This coupon is not for a {0}.").format(_(document.doctype)), CouponError)
	if not _counts_in_store(offer, document.dealership):
		frappe.throw(_("This coupon does not count in this store."), CouponError)
	others = [frappe.get_cached_value(OFFER, row.offer, "combinable") for row in coupons_on(document)]
	if others and not (offer.combinable and all(others)):
		frappe.throw(_("This coupon does not go together with the one that is on the bill."), CouponError)


def _validate_open(document) -> None:
	is_open = document.status in OPEN_DEAL if document.doctype == DEAL else document.status == "Open"
	if not is_open:
		frappe.throw(_("It is {0}; coupons are redeemed while the bill is open.").format(_(document.status)), CouponError)


def follow(document, event: str | None = None) -> None:
	"""When a visit or deal is saved: the coupons of a cancelled one count again."""
	before = document.get_doc_before_save()
	if document.status == "Cancelled" and before and before.status != "Cancelled":
		release_all(document)


# Costs of the relationship


def _release(coupon, document) -> None:
	_note_cost(coupon, document, -flt(coupon.amount))
	coupon.update({"status": USABLE, **dict.fromkeys(("redeemed_on", "redeemed_by", "redeemed_at", "reference_doctype", "reference_name"))})
	coupon.amount = 0
	coupon.save_facts()


def _note_cost(coupon, document, amount: float) -> None:
	if not document.customer:
		return
	key = f"coupon|{coupon.name}|{coupon.redeemed_on}|{'given' if amount > 0 else 'back'}"
	note_costs(
		[Cost(key, document.customer, COST_KIND, amount, getdate(nowdate()), document.dealership, document.doctype, document.name, coupon.code)]
	)
