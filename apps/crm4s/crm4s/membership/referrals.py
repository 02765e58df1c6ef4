"""Who brought whom: won with the first car of the one who was brought, and rewarded once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime, nowdate

from crm4s.exceptions import ReferralError
from crm4s.membership import tiers
from crm4s.membership.earning import DEAL, RULE, counts_on, last_day, points_of
from crm4s.membership.ledger import EARN, Posting, membership_of, post
from crm4s.rows.ranges import names_in_slices
from crm4s.runs import commit

REFERRAL, LEAD, SOURCE = "C4S Referral", "C4S Lead", "C4S Source"
OPEN, WON, REWARDED = "Open", "Won", "Rewarded"
EARNED_ON, DELIVERED, CHANNEL = "Referral", "Delivered", "Referral"
SLICE = 500


def validate_new(referral) -> None:
	"""Nobody brings himself, nor a person whom somebody else brought, nor one who was a customer before."""
	brought = referral.referred_customer or frappe.db.get_value(LEAD, referral.lead, "customer")
	if brought == referral.referrer:
		frappe.throw(_("Customers do not bring themselves."), ReferralError)
	if not brought:
		return
	twin = _of_customer(brought, without=referral.name)
	if twin:
		frappe.throw(_("Referral {0} says already who brought this customer.").format(frappe.bold(twin)), ReferralError)
	earlier = {"customer": brought, "status": DELIVERED, "delivered_on": ["<", getdate(referral.referred_on)]}
	if frappe.db.exists(DEAL, earlier):
		frappe.throw(_("This customer had bought a car from us before."), ReferralError)


def validate_source(referral) -> None:
	"""What leads are counted by and what referrals are rewarded by say the same."""
	if not referral.lead:
		return
	source = frappe.db.get_value(LEAD, referral.lead, "source")
	if source and frappe.get_cached_value(SOURCE, source, "channel") != CHANNEL:
		frappe.throw(
			_("The lead came by {0}; enter a source of the channel Referral in the lead first.").format(frappe.bold(_(source))), ReferralError
		)


def deal_changed(deal, event: str | None = None) -> None:
	"""When a deal is saved: with the first car of a person who was brought the referral is won."""
	before = deal.get_doc_before_save()
	if deal.status != DELIVERED or (before and before.status == DELIVERED):
		return
	name = (deal.lead and frappe.db.get_value(REFERRAL, {"lead": deal.lead})) or _of_customer(deal.customer)
	if name:
		win(name, deal)


@dataclass(frozen=True)
class OpenReferrals:
	"""Names of open referrals by the lead, and by the customer, whom they brought."""

	lead: dict[str, str]
	customer: dict[str, str]


def open_of(customers: Iterable[str], leads: Iterable[str | None]) -> OpenReferrals:
	"""The referrals that these customers and leads could win; for deals that are written many at once."""
	referral, lead = frappe.qb.DocType(REFERRAL), frappe.qb.DocType(LEAD)
	customers, leads = list(set(customers)), [name for name in set(leads) if name]
	if not customers:
		return OpenReferrals({}, {})
	rows = (
		frappe.qb.from_(referral)
		.left_join(lead)
		.on(lead.name == referral.lead)
		.where(referral.status == OPEN)
		.where(referral.referred_customer.isin(customers) | lead.customer.isin(customers) | referral.lead.isin(leads or [""]))
		.orderby(referral.creation)
		.select(referral.name, referral.lead, referral.referred_customer, lead.customer)
	).run()
	by_lead = {row[1]: row[0] for row in rows if row[1]}
	by_customer = {customer: row[0] for row in reversed(rows) for customer in row[2:] if customer}
	return OpenReferrals(by_lead, by_customer)


def win(name: str, deal) -> None:
	"""Write which deal won the referral, and reward who brought the customer."""
	referral = frappe.get_doc(REFERRAL, name, for_update=True)
	if referral.status != OPEN or deal.customer == referral.referrer:
		return
	referral.update({"status": WON, "deal": deal.name, "won_on": now_datetime()})
	# What is unique stays empty where another referral says it.
	if not referral.referred_customer and not _of_customer(deal.customer, without=name):
		referral.referred_customer = deal.customer
	referral.save_facts()
	reward(referral)


def reward(referral) -> None:
	"""Points for who brought the customer, once he or she is a member and as the rules say on the day of the win."""
	membership = membership_of(referral.referrer)
	if referral.status != WON or not membership:
		return
	day = getdate(referral.won_on)
	rules = [rule for rule in frappe.get_all(RULE, {"enabled": 1, "earn_on": EARNED_ON}, ["*"]) if counts_on(rule, day)]
	factor = {tier.name: tier.multiplier for tier in tiers.all_tiers()}.get(frappe.db.get_value("C4S Membership", membership, "tier"), 1)
	postings = [
		Posting(
			membership,
			EARN,
			f"referral|{referral.name}|{rule.name}",
			points,
			last_day(rule, getdate(nowdate())),
			dealership=referral.dealership,
			rule=rule.name,
			reference_doctype=REFERRAL,
			reference_name=referral.name,
		)
		for rule in rules
		if (points := points_of(rule, 0, factor))
	]
	if not postings:
		return
	post(postings)
	tiers.raise_up([membership])
	referral.update({"status": REWARDED, "rewarded_on": now_datetime(), "rewarded_points": sum(posting.points for posting in postings)})
	referral.save_facts()


def reward_waiting() -> int:
	"""Each night: those who became members after the person whom they brought had bought; how many were rewarded."""
	count = 0
	for names in _waiting():
		for name in names:
			document = frappe.get_doc(REFERRAL, name, for_update=True)
			reward(document)
			count += cint(document.status == REWARDED)
		commit()
	return count


def _waiting() -> Iterator[list[str]]:
	referral, member = frappe.qb.DocType(REFERRAL), frappe.qb.DocType("C4S Membership")
	query = frappe.qb.from_(referral).join(member).on(member.customer == referral.referrer)
	return names_in_slices(query.where((referral.status == WON) & (member.status == "Active")), referral.name, SLICE)


def _of_customer(customer: str, without: str | None = None) -> str | None:
	"""The referral of the person, found as a customer or by one of the leads."""
	named = frappe.db.get_value(REFERRAL, {"referred_customer": customer, "name": ["!=", without or ""]})
	if named:
		return named
	referral, lead = frappe.qb.DocType(REFERRAL), frappe.qb.DocType(LEAD)
	found = (
		frappe.qb.from_(referral)
		.join(lead)
		.on(lead.name == referral.lead)
		.where((lead.customer == customer) & (referral.name != (without or "")))
		.limit(1)
		.select(referral.name)
	).run(pluck=True)
	return found[0] if found else None
