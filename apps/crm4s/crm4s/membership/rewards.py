"""Gifts and coupons for points."""

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from crm4s.exceptions import PointsError
from crm4s.membership import coupons
from crm4s.membership.ledger import ACTIVE, ENTRY, MEMBERSHIP, REDEEM, REVERSE, Posting, post
from crm4s.relationship_costs import GIFT, Cost, note_costs
from crm4s.rows.writer import read_rows

REWARD, TIER = "C4S Reward", "C4S Membership Tier"
REDEEMED = ["name", "membership", "customer", "entry_kind", "reference_doctype", "reference_name", "dealership", "source_key"]


def offered(membership) -> list[dict]:
	"""Rewards that count today, with whether the member can have each now."""
	today = getdate(nowdate())
	fields = ["name", "reward_kind", "points_price", "stock", "description", "picture", "least_tier", "valid_from", "valid_until"]
	rows = frappe.get_all(REWARD, {"enabled": 1}, fields, order_by="points_price", limit=200)
	places = _places()
	return [
		{**row, "possible": row.points_price <= cint(membership.balance) and _has_tier(membership.tier, row.least_tier, places)}
		for row in rows
		if _counts_on(row, today) and (row.reward_kind != "Gift" or row.stock > 0)
	]


def redeem(membership: str, reward: str, dealership: str | None, request: str | None = None) -> dict:
	"""Hand a reward out: `entry` of the ledger, and the `coupon` where it is one.

	Args:
		request: a key of the caller's; the same request is done once.
	"""
	key = f"reward|{membership}|{request or frappe.generate_hash(length=16)}"
	# The member before the reward, as everybody does.
	rows = read_rows(MEMBERSHIP, "name", [membership], ["name", "customer", "status", "tier", "enrolled_at"], locking=True)
	member = rows[0] if rows else frappe.throw(_("There is no membership {0}.").format(membership), frappe.DoesNotExistError)
	# Who works for the whole group hands it out for the store that won the member.
	dealership = dealership or member.enrolled_at
	known = frappe.db.get_value(ENTRY, {"source_key": key})
	if known:
		return {"entry": known, "coupon": frappe.db.get_value(coupons.COUPON, {"source_key": key})}
	gift = frappe.get_doc(REWARD, reward, for_update=True)
	_validate(gift, member)
	posting = Posting(
		membership, REDEEM, key, cint(gift.points_price), dealership=dealership, reference_doctype=REWARD, reference_name=reward, reason=reward
	)
	entry = post([posting])[key]
	coupon = None
	if gift.reward_kind == "Gift":
		_change_stock(gift, -1)
		_note_cost(key, member.customer, gift.unit_cost, dealership, reward)
	else:
		coupon = coupons.give(gift.offer, member.customer, dealership, _("For points"), key).name
	return {"entry": entry, "coupon": coupon}


def take_back(entry: str, reason: str) -> str:
	"""The customer gives a reward back: the points return to the lots that they came from; the name of the entry."""
	row = frappe.db.get_value(ENTRY, entry, REDEEMED, as_dict=True)
	if not row or row.entry_kind != REDEEM or row.reference_doctype != REWARD:
		frappe.throw(_("Only what was redeemed is taken back."), PointsError)
	if not (reason or "").strip():
		frappe.throw(_("Say why the reward comes back."), frappe.MandatoryError)
	read_rows(MEMBERSHIP, "name", [row.membership], ["name"], locking=True)
	key = f"reverse|{row.name}"
	about = {field: row[field] for field in ("dealership", "reference_doctype", "reference_name")}
	posted = post([Posting(row.membership, REVERSE, key, of_entry=row.name, reason=reason.strip(), **about)])
	if key not in posted:
		frappe.throw(_("This reward was taken back already."), PointsError)
	gift = frappe.get_doc(REWARD, row.reference_name, for_update=True)
	given = frappe.db.get_value(coupons.COUPON, {"source_key": row.source_key})
	if given:
		coupons.cancel(given)
	else:
		_change_stock(gift, 1)
		_note_cost(f"{row.source_key}|back", row.customer, -(gift.unit_cost or 0), row.dealership, gift.name)
	return posted[key]


def _validate(gift, member) -> None:
	if member.status != ACTIVE:
		frappe.throw(_("This membership has ended."), PointsError)
	if not gift.enabled or not _counts_on(gift, getdate(nowdate())):
		frappe.throw(_("{0} is not offered now.").format(frappe.bold(_(gift.name))), PointsError)
	if not _has_tier(member.tier, gift.least_tier, _places()):
		frappe.throw(_("{0} is for members from {1} on.").format(frappe.bold(_(gift.name)), _(gift.least_tier)), PointsError)
	if gift.reward_kind == "Gift" and cint(gift.stock) <= 0:
		frappe.throw(_("{0} is out of stock.").format(frappe.bold(_(gift.name))), PointsError)


def _counts_on(reward, day) -> bool:
	return not (reward.valid_from and getdate(reward.valid_from) > day) and not (reward.valid_until and getdate(reward.valid_until) < day)


def _places() -> dict[str, int]:
	return dict(frappe.get_all(TIER, fields=["name", "sequence"], as_list=True))


def _has_tier(tier: str | None, least: str | None, places: dict[str, int]) -> bool:
	return not least or places.get(tier, -1) >= places.get(least, 0)


def _change_stock(gift, change: int) -> None:
	# As a change that a form which is open has to take notice of: saved later, it would bring the old number back.
	frappe.db.set_value(REWARD, gift.name, "stock", cint(gift.stock) + change)


def _note_cost(key: str, customer: str, amount: float, dealership: str | None, reward: str) -> None:
	note_costs([Cost(key, customer, GIFT, float(amount or 0), getdate(nowdate()), dealership, REWARD, reward)])
