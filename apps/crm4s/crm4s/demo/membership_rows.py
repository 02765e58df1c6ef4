"""Members with the points that their visits and cars earned, rewards, coupons and who brought whom: by the site's own ledger."""

from datetime import timedelta

import frappe
from frappe.utils import getdate

from crm4s.demo.chance import SEED, stream
from crm4s.demo.generate import Demo
from crm4s.membership import coupons, jobs, referrals, rewards, tiers
from crm4s.membership.ledger import MEMBERSHIP
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes

TOPIC = 34
CUSTOMER, LEAD, REFERRAL = "C4S Customer", "C4S Lead", "C4S Referral"
SHARE, LONGEST_DAYS, SHORTEST_DAYS = 0.14, 300, 20
OFFERS = (
	{"offer_name": "保养工时抵用券 100 元", "coupon_kind": "Amount", "amount": 100, "minimum_amount": 300, "used_on": "Service Visit", "valid_days": 90, "most_per_customer": 2},
	{"offer_name": "空调清洗八折券", "coupon_kind": "Percent", "percent": 20, "most_amount": 80, "used_on": "Service Visit", "valid_days": 60, "most_per_customer": 1},
)
REWARDS = (
	{"reward_name": "车载香薰", "reward_kind": "Gift", "points_price": 500, "stock": 60, "unit_cost": 35},
	{"reward_name": "工时抵用券 100 元", "reward_kind": "Coupon", "points_price": 800, "offer": OFFERS[0]["offer_name"]},
)
COUPONS, REDEEMED, BROUGHT = 40, 12, 24
REFERRED_BY = "Referral"


def write_membership(demo: Demo) -> None:
	for doctype, key, rows in (("C4S Coupon Offer", "offer_name", OFFERS), ("C4S Reward", "reward_name", REWARDS)):
		for values in rows:
			if not frappe.db.exists(doctype, values[key]):
				frappe.get_doc({"doctype": doctype, "enabled": 1, **values}).insert()
	members = _enrol(demo)
	jobs.earn_missed()
	_give_coupons(members)
	_redeem(members)
	_bring(demo, members)


def _enrol(demo: Demo) -> list[dict]:
	"""One of seven private customers, in the store that knows them longest; in order of their names."""
	rng, today = stream(SEED, TOPIC), demo.now.date()
	stores: dict[str, dict] = {}
	for row in frappe.get_all("C4S Store Relationship", {}, ["customer", "dealership", "since"], order_by="customer, since, dealership", limit_page_length=0):
		stores.setdefault(row.customer, row)
	filters = {"external_key": ["like", "demo:%"], "customer_kind": "Private"}
	people = frappe.get_all(CUSTOMER, filters, ["name", "customer_name"], order_by="name", limit_page_length=0)
	chosen = [person for person in people if person.name in stores and rng.random() < SHARE]
	rows = []
	for person in chosen:
		since = max(today - timedelta(days=int(rng.integers(SHORTEST_DAYS, LONGEST_DAYS))), min(getdate(stores[person.name].since), today))
		rows.append({"customer": person.name, "title": person.customer_name, "since": since, "enrolled_at": stores[person.name].dealership, "status": "Active"})
	_insert(rows)
	return frappe.get_all(MEMBERSHIP, {"customer": ["in", [row["customer"] for row in rows] or [""]]}, ["name", "customer", "enrolled_at"], order_by="name", limit_page_length=0)


def _insert(rows: list[dict]) -> None:
	known = set(frappe.get_all(MEMBERSHIP, pluck="customer", limit_page_length=0))
	rows = [row for row in rows if row["customer"] not in known]
	writes = Writes()
	for name, row in zip(Series(MEMBERSHIP).reserve(rows), rows, strict=True):
		writes.insert(MEMBERSHIP, {"name": name, **row})
	writes.flush()
	names = frappe.get_all(MEMBERSHIP, {"customer": ["in", [row["customer"] for row in rows] or [""]]}, pluck="name", limit_page_length=0)
	if names:
		tiers.raise_up(names)


def _give_coupons(members: list[dict]) -> None:
	for number, member in enumerate(members[::7][:COUPONS]):
		coupons.give(OFFERS[number % len(OFFERS)]["offer_name"], member.customer, member.enrolled_at, "会员活动", f"demo|{member.name}")


def _redeem(members: list[dict]) -> None:
	"""Those who can: the richest have a reward each."""
	rich = frappe.get_all(MEMBERSHIP, {"balance": [">=", REWARDS[1]["points_price"]], "name": ["in", [row.name for row in members] or [""]]}, ["name", "enrolled_at"], order_by="balance desc, name", limit=REDEEMED)
	for number, member in enumerate(rich):
		rewards.redeem(member.name, REWARDS[number % 2]["reward_name"], member.enrolled_at, "demo")


def _bring(demo: Demo, members: list[dict]) -> None:
	"""Leads that customers brought: members of the same store, some of whom have been rewarded."""
	sources = frappe.get_all("C4S Source", {"channel": REFERRED_BY}, pluck="name")
	leads = frappe.get_all(LEAD, {"source": ["in", sources or [""]], "external_key": ["like", "demo:%"]}, ["name", "customer", "dealership", "status", "received_on"], order_by="received_on desc, name", limit=BROUGHT * 3)
	of_store: dict[str, list] = {}
	for member in members:
		of_store.setdefault(member.enrolled_at, []).append(member)
	for lead in leads[::3]:
		friends = of_store.get(lead.dealership) or []
		if not friends or frappe.db.exists(REFERRAL, {"lead": lead.name}):
			continue
		friend = friends.pop(0)
		if friend.customer == lead.customer or _is_known(lead):
			continue
		values = {"referrer": friend.customer, "lead": lead.name, "dealership": lead.dealership, "referred_on": min(getdate(lead.received_on), demo.now.date())}
		referral = frappe.get_doc({"doctype": REFERRAL, **values}).insert()
		deal = frappe.db.get_value("C4S Deal", {"lead": lead.name, "status": "Delivered"})
		if deal:
			referrals.win(referral.name, frappe.get_doc("C4S Deal", deal))


def _is_known(lead) -> bool:
	"""Somebody else brought this person, or nobody did: he or she was a customer before."""
	if not lead.customer:
		return False
	earlier = {"customer": lead.customer, "status": "Delivered", "delivered_on": ["<", getdate(lead.received_on)]}
	return bool(frappe.db.exists(REFERRAL, {"referred_customer": lead.customer}) or frappe.db.exists("C4S Deal", earlier))
