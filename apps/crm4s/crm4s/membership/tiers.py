"""Which tier a member is in: upwards as soon as the points or the money are there, downwards only at the review.

The one writer of tier, tier_since and review_on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_months, cint, flt, getdate, nowdate

from crm4s.membership.ledger import ADJUST, EARN, ENTRY, MEMBERSHIP, REVERSE, write_members
from crm4s.rows.writer import lock_rows, read_rows
from crm4s.value.points import tier_reached

TIER = "C4S Membership Tier"
POINTS, SERVICE, EVERYTHING = "Points Earned", "Service Spending", "All Spending"


def begin(membership: str) -> None:
	"""The tier in which a new member begins: the one that he or she has reached already, if any."""
	_write([membership], may_fall=True)


def raise_up(memberships: Collection[str]) -> int:
	"""After points came: those who have reached a higher tier; how many."""
	return _write(memberships, may_fall=False)


def review(memberships: Collection[str]) -> int:
	"""On their day: each member is in the tier that he or she has now reached; how many changed."""
	return _write(memberships, may_fall=True)


def all_tiers() -> list[dict]:
	"""Those in use, from the lowest to the highest."""
	fields = ["name", "sequence", "basis", "threshold", "window_months", "review_months", "multiplier"]
	return frappe.get_all(TIER, {"enabled": 1}, fields, order_by="sequence")


def _write(memberships: Collection[str], may_fall: bool) -> int:
	tiers = all_tiers()
	if not tiers or not memberships:
		return 0
	lock_rows(MEMBERSHIP, memberships)
	members = read_rows(MEMBERSHIP, "name", memberships, ["name", "customer", "tier", "review_on"], locking=True)
	figures = _figures(members, tiers)
	places = {tier.name: place for place, tier in enumerate(tiers)}
	order, thresholds = [tier.name for tier in tiers], {tier.name: tier.threshold for tier in tiers}
	today, changes = getdate(nowdate()), []
	for member in members:
		reached = tier_reached(figures[member.name], thresholds, order)
		rises = reached and places[reached] > places.get(member.tier, -1)
		if not rises and not may_fall:
			continue
		months = cint(tiers[places[reached]].review_months) if reached else 0
		change = {"tier": reached, "review_on": getdate(add_months(today, months)) if months else None}
		if reached != member.tier:
			change["tier_since"] = today if reached else None
		changes.append({"name": member.name, **change})
	write_members(changes)
	before = {member.name: member.tier for member in members}
	return sum(change["tier"] != before[change["name"]] for change in changes)


def _figures(members: Iterable[dict], tiers: list[dict]) -> dict[str, dict[str, float]]:
	"""By member and tier, what the member has in the time that the tier counts: a query for each basis and length of time."""
	figures: dict[str, dict[str, float]] = defaultdict(dict)
	found: dict[tuple, dict[str, float]] = {}
	for tier in tiers:
		key = (tier.basis, cint(tier.window_months))
		if key not in found:
			found[key] = _amounts(members, *key)
		for member in members:
			figures[member.name][tier.name] = found[key].get(member.name, 0)
	return figures


def _amounts(members: Iterable[dict], basis: str, months: int) -> dict[str, float]:
	first = add_months(nowdate(), -months) if months else "1900-01-01"
	if basis == POINTS:
		return _points([member.name for member in members], first)
	customers = [member.customer for member in members]
	spent = _spent("C4S Service Visit", "customer_amount", "settled_on", "Settled", customers, first)
	if basis == EVERYTHING:
		for customer, amount in _spent("C4S Deal", "price_amount", "delivered_on", "Delivered", customers, first).items():
			spent[customer] = spent.get(customer, 0) + amount
	return {member.name: spent.get(member.customer, 0) for member in members}


def _points(memberships: list[str], first: str) -> dict[str, float]:
	"""Points that came, less those that were taken back: of entries in the time, so that what is reversed later counts in neither."""
	entry, undone = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("undone")
	rows = (
		frappe.qb.from_(entry)
		.left_join(undone)
		.on((undone.of_entry == entry.name) & (undone.entry_kind == REVERSE))
		.where(entry.membership.isin(memberships) & (entry.posted_on >= first))
		.where(entry.entry_kind.isin([EARN, ADJUST]) & (entry.points > 0) & undone.name.isnull())
		.groupby(entry.membership)
		.select(entry.membership, Sum(entry.points))
	).run()
	return {membership: flt(points) for membership, points in rows}


def _spent(doctype: str, field: str, day: str, status: str, customers: list[str], first: str) -> dict[str, float]:
	table = frappe.qb.DocType(doctype)
	rows = (
		frappe.qb.from_(table)
		.where(table.customer.isin(customers) & (table.status == status) & (table[day] >= first))
		.groupby(table.customer)
		.select(table.customer, Sum(table[field]))
	).run()
	return {customer: flt(amount) for customer, amount in rows}
