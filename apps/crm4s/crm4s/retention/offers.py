"""What we offer to win a customer back: what it costs, who approves it, and that it is given once."""

import frappe
from frappe import _
from frappe.utils import cint, flt, now_datetime, nowdate

from crm4s.exceptions import OfferNotApprovedError
from crm4s.membership import coupons
from crm4s.relationship_costs import CAMPAIGN, GIFT, Cost, note_costs
from crm4s.retention.cases import OPEN, save
from crm4s.settings import setting

PACKAGE, COUPON, REWARD, OTHER = "Service Package", "Coupon", "Reward", "Other"
FIELD_OF = {PACKAGE: "service_package", COUPON: "coupon_offer", REWARD: "reward"}
NOT_NEEDED, WAITING, APPROVED, REFUSED = "Not Needed", "To Be Approved", "Approved by Manager", "Refused by Manager"
APPROVERS = ("C4S CRM Manager", "C4S Dealer Manager", "C4S Group Manager", "C4S Administrator", "System Manager")
# What an approval was about.
AGREED = ("offer_kind", *FIELD_OF.values(), "offer_cost")


def keep(case) -> None:
	"""Bring the offer into order and say whether it has to be approved; what was decided holds while the offer stays the same."""
	before = case.get_doc_before_save()
	if before and before.offer_given_on and _terms(before) != _terms(case):
		frappe.throw(_("The offer has been given already and cannot be changed."))
	for kind, fieldname in FIELD_OF.items():
		if case.offer_kind != kind:
			case.set(fieldname, None)
		elif not case.get(fieldname):
			frappe.throw(_("Say which {0} is offered.").format(_(case.meta.get_label(fieldname))), frappe.MandatoryError)
	if not case.offer_kind:
		case.update({"offer_cost": 0, "offer_text": None})
	elif not flt(case.offer_cost) or _is_another_thing(before, case):
		case.offer_cost = usual_cost(case) or 0
	if case.flags.writes_facts or (before and _terms(before) == _terms(case)):
		return
	case.update({"offer_approval": _approval(case), "offer_decided_by": None})


def usual_cost(case) -> float | None:
	"""What an offer costs as far as its own document says; None where it does not say how much it may come to."""
	if case.offer_kind == PACKAGE:
		return flt(frappe.db.get_value("C4S Service Package", case.service_package, "price"))
	if case.offer_kind == REWARD:
		reward = frappe.db.get_value("C4S Reward", case.reward, ["reward_kind", "offer", "unit_cost"], as_dict=True)
		return _worth_of_coupon(reward.offer) if reward.reward_kind == "Coupon" else flt(reward.unit_cost)
	if case.offer_kind == COUPON:
		return _worth_of_coupon(case.coupon_offer)
	return 0


def _worth_of_coupon(name: str) -> float | None:
	offer = frappe.get_cached_doc("C4S Coupon Offer", name)
	return flt(offer.amount if offer.coupon_kind == "Amount" else offer.most_amount) or None


def may_approve(user: str | None = None) -> bool:
	return bool(set(APPROVERS) & set(frappe.get_roles(user)))


def decide(case, approved: bool, note: str | None = None) -> None:
	"""Approve or refuse an offer above the limit."""
	_require_open(case)
	if case.offer_approval != WAITING:
		frappe.throw(_("There is no offer here that waits for approval."))
	if not approved and not (note or "").strip():
		frappe.throw(_("Say why the offer is refused."), frappe.MandatoryError)
	case.update({"offer_approval": APPROVED if approved else REFUSED, "offer_decided_by": frappe.session.user})
	save(case)
	said = _("Offer approved") if approved else _("Offer refused")
	case.add_comment("Info", " · ".join(part for part in (said, frappe.utils.escape_html(note or "")) if part))


def give(case) -> None:
	"""Give the customer what is offered, once: a coupon is made, what else it costs is noted on the customer."""
	_require_open(case)
	if not case.offer_kind:
		frappe.throw(_("Nothing is offered in this case yet."))
	if case.offer_given_on:
		frappe.throw(_("The offer has been given already and cannot be changed."))
	if case.offer_approval not in (NOT_NEEDED, APPROVED):
		frappe.throw(_("The offer costs more than may be given without approval; the CRM manager has to approve it first."), OfferNotApprovedError)
	key = f"retention|{case.name}"
	if case.offer_kind == COUPON:
		# Its cost counts when it is redeemed.
		case.coupon = coupons.give(case.coupon_offer, case.customer, case.dealership, _("To win back"), key).name
	elif case.offer_kind == REWARD:
		_hand_out(case, key)
	else:
		note_costs([_cost(case, key, CAMPAIGN, case.offer_cost)])
	case.offer_given_on = now_datetime()
	save(case)


def _hand_out(case, key: str) -> None:
	reward = frappe.get_doc("C4S Reward", case.reward, for_update=True)
	if reward.reward_kind == "Coupon":
		case.coupon = coupons.give(reward.offer, case.customer, case.dealership, _("To win back"), key).name
		return
	if cint(reward.stock) <= 0:
		frappe.throw(_("{0} is out of stock.").format(frappe.bold(_(reward.name))))
	reward.db_set("stock", reward.stock - 1)
	note_costs([_cost(case, key, GIFT, reward.unit_cost)])


def _cost(case, key: str, kind: str, amount: float) -> Cost:
	return Cost(key, case.customer, kind, flt(amount), frappe.utils.getdate(nowdate()), case.dealership, case.doctype, case.name)


def _approval(case) -> str | None:
	if not case.offer_kind:
		return None
	usual = usual_cost(case)
	# Neither a cost that was typed too low nor a coupon without an upper limit goes past the manager.
	above = usual is None or max(flt(case.offer_cost), usual) > flt(setting("retention_offer_limit"))
	return WAITING if above else NOT_NEEDED


def _is_another_thing(before, case) -> bool:
	"""Whether something else is offered now, and nobody said what it costs."""
	return bool(before) and _terms(before)[:-1] != _terms(case)[:-1] and flt(before.offer_cost) == flt(case.offer_cost)


def _require_open(case) -> None:
	if case.status != OPEN:
		frappe.throw(_("This case is over; nothing is offered in it any more."))


def _terms(case) -> list:
	return [flt(case.get(field)) if field == "offer_cost" else (case.get(field) or "") for field in AGREED]
