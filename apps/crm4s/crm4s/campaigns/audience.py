"""Who takes part in a campaign: found by segments, kept as rows of C4S Campaign Member, in two groups by chance.

A slice is a transaction that begins by locking the campaign: two who prepare at once take turns, what a killed one made stays, the next adds the
rest. Nobody changes the group: it follows from the names of campaign and customer alone.
"""

from collections.abc import Callable, Iterator, Sequence

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import flt, now, now_datetime
from pypika.terms import ExistsCriterion

from crm4s.access.store_of_customer import store_of_each
from crm4s.campaigns.scope import stores_of_campaign
from crm4s.exceptions import CampaignError
from crm4s.rows.ranges import names_in_slices
from crm4s.rows.writer import insert_unless_known
from crm4s.runs import commit
from crm4s.segments.members import holds
from crm4s.value.experiment import CONTACT, HOLD_OUT, arm_of

CAMPAIGN, MEMBER, CUSTOMER, RELATIONSHIP = "C4S Campaign", "C4S Campaign Member", "C4S Customer", "C4S Store Relationship"
OPEN = ("Draft", "Ready to Start", "Running", "Paused")
INVITED, LEFT_OUT = "Invited", "Left Out"
SLICE = 5_000
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "campaign", "customer", "title", "dealership"),
	*("arm", "added_on"),
)


def prepare(name: str, tell: Callable[[int, int], None] | None = None) -> dict:
	"""Add to the audience whoever is meant now and is not in it; how many are in each group.

	Args:
		tell: called after each slice with how many customers were looked at and how many there are.
	"""
	campaign = frappe.get_doc(CAMPAIGN, name)
	validate(campaign)
	total, done = size(campaign) if tell else 0, 0
	for customers in slices(campaign):
		commit()
		if _locked_status(name) not in OPEN:
			frappe.throw(_("The campaign is over; its audience stays as it is."), CampaignError)
		_add(campaign, customers)
		commit()
		done += len(customers)
		if tell:
			tell(done, total)
	_locked_status(name)
	counts = count(name)
	frappe.db.set_value(CAMPAIGN, name, {"prepared_on": now_datetime(), **counts})
	commit()
	return counts


def validate(campaign) -> None:
	if campaign.status not in OPEN:
		frappe.throw(_("The campaign is over; its audience stays as it is."), CampaignError)
	if not (campaign.all_customers or campaign.customers or _segments(campaign, INVITED)):
		frappe.throw(_("Say whom the campaign invites: segments, single customers, or all customers of the stores."), CampaignError)


def slices(campaign) -> Iterator[list[str]]:
	"""The customers whom the campaign means, in the order of their names, at most 5,000 at a time."""
	query, column = candidates(campaign)
	return names_in_slices(query, column, SLICE)


def candidates(campaign):
	"""Query of all customers whom the campaign means, without columns yet, and the column with their names."""
	customer, stores = frappe.qb.DocType(CUSTOMER), stores_of_campaign(campaign.dealership)
	query = frappe.qb.from_(customer).where(customer.disabled == 0)
	relation = frappe.qb.DocType(RELATIONSHIP)
	known = frappe.qb.from_(relation).select(relation.name).where(relation.customer == customer.name)
	# Who has no store has nobody who writes.
	query = query.where(ExistsCriterion(known if stores is None else known.where(relation.dealership.isin(stores))))
	if not campaign.all_customers:
		invited = customer.name.isin([row.customer for row in campaign.customers] or [""])
		for segment in _segments(campaign, INVITED):
			invited = invited | holds(segment, customer.name)
		query = query.where(invited)
	for segment in _segments(campaign, LEFT_OUT):
		query = query.where(holds(segment, customer.name).negate())
	return query, customer.name


def size(campaign) -> int:
	query, column = candidates(campaign)
	return query.select(Count(column)).run()[0][0]


def count(campaign: str) -> dict[str, int]:
	"""How many members each group has."""
	member = frappe.qb.DocType(MEMBER)
	rows = dict(frappe.qb.from_(member).select(member.arm, Count("*")).where(member.campaign == campaign).groupby(member.arm).run())
	return {"members_contacted": rows.get(CONTACT, 0), "members_held_out": rows.get(HOLD_OUT, 0)}


def store_of_customers(customers: Sequence[str], stores: list[str] | None) -> dict[str, str]:
	"""In whose name each is written to: the customer's own store where it takes part, else the one of those that do which took him up last."""
	own = store_of_each(customers)
	if stores is None:
		return own
	wanted, elsewhere = set(stores), [customer for customer in customers if own.get(customer) not in set(stores)]
	filters = {"customer": ["in", elsewhere or [""]], "dealership": ["in", stores or [""]]}
	others = frappe.get_all(RELATIONSHIP, filters, ["customer", "dealership"], order_by="since, dealership desc", limit_page_length=0)
	found = {row.customer: row.dealership for row in others}
	return {customer: own[customer] if own.get(customer) in wanted else found.get(customer) for customer in customers}


def _add(campaign, customers: Sequence[str]) -> None:
	known = set(frappe.get_all(MEMBER, {"campaign": campaign.name, "customer": ["in", list(customers)]}, pluck="customer", order_by=None))
	fresh = [customer for customer in customers if customer not in known]
	if not fresh:
		return
	stores = store_of_customers(fresh, stores_of_campaign(campaign.dealership))
	names = dict(frappe.get_all(CUSTOMER, {"name": ["in", fresh]}, ["name", "customer_name"], as_list=True, order_by=None, limit_page_length=0))
	moment, user, share = now(), frappe.session.user, flt(campaign.hold_out_percent) / 100
	rows = [
		(
			*(frappe.generate_hash(length=16), moment, moment, user, user, 0, 0, campaign.name, customer, names.get(customer)),
			*(stores.get(customer), arm_of(campaign.name, customer, share), moment),
		)
		for customer in fresh
	]
	insert_unless_known(MEMBER, COLUMNS, rows)


def _segments(campaign, membership: str) -> list[str]:
	return [row.segment for row in campaign.segments if row.membership == membership]


def _locked_status(name: str) -> str:
	row = frappe.qb.DocType(CAMPAIGN)
	return frappe.qb.from_(row).select(row.status).where(row.name == name).for_update().run()[0][0]
