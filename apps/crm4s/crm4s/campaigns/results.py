"""What came of a campaign, for each store and group: the one writer of C4S Campaign Result, and the comparison of the groups."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, flt, now, now_datetime

from crm4s.campaigns import attribution, costs
from crm4s.campaigns.audience import CAMPAIGN, MEMBER
from crm4s.runs import commit, guarded
from crm4s.value.experiment import CONTACT, FEWER, HOLD_OUT, MORE, NO_DIFFERENCE, NOT_ENOUGH, Group, compare

RESULT, RESPONSE, REGISTRATION = "C4S Campaign Result", attribution.RESPONSE, "C4S Event Registration"
SUMS = ("members", "responders", "leads", "visits", "deals", "revenue", "margin", "margin_squares")
MONEY = ("revenue", "margin", "margin_squares", "extra_margin", "margin_low", "margin_high", "returned", "costs")
VERDICTS = {
	MORE: "More responses than without the campaign",
	FEWER: "Fewer responses than without the campaign",
	NO_DIFFERENCE: "No difference can be seen",
	NOT_ENOUGH: "Too few customers are held out to tell",
}
REACHED = {"Leads": "leads", "Visits": "visits", "Deals": "deals", "Responders": "responders"}


def recount(name: str) -> None:
	"""Find the responses of a campaign and write its figures."""
	attribution.find(name)
	frappe.db.sql(f"select name from `tab{CAMPAIGN}` where name = %s for update", name)
	frappe.db.delete(RESULT, {"campaign": name})
	frappe.db.sql(_STATEMENT, {"campaign": name, "now": now(), "user": frappe.session.user})
	frappe.db.set_value(CAMPAIGN, name, {"results_on": now_datetime(), "reached": _reached(name)}, update_modified=False)
	costs.write(name)
	commit()


def recount_due() -> None:
	"""Every night; a campaign that fails does not stop the others."""
	for name in attribution.due():
		guarded(lambda name=name: recount(name), f"Campaign {name}")


def groups_of(names: Iterable[str], stores: list[str] | None = None, by: str = "campaign") -> dict[str, dict[str, dict]]:
	"""Sums of each campaign, or store, and group: {campaign: {"Contact": {members, responders, …}, "Hold-Out": {…}}}.

	Args:
		stores: only their customers; None for all.
		by: "campaign" or "dealership".
	"""
	result = frappe.qb.DocType(RESULT)
	query = (
		frappe.qb.from_(result)
		.select(result[by].as_("key"), result.arm, *[Sum(result[column]).as_(column) for column in SUMS])
		.where(result.campaign.isin(list(names) or [""]))
		.groupby(result[by], result.arm)
	)
	if stores is not None:
		query = query.where(result.dealership.isin(stores or [""]))
	found: dict[str, dict[str, dict]] = {}
	for row in query.run(as_dict=True):
		found.setdefault(row.key, {})[row.arm] = row
	return found


def compared(arms: dict[str, dict]) -> dict:
	"""The figures of both groups and their comparison, as plain values for pages and reports."""
	contact, held_out = (_group(arms.get(arm)) for arm in (CONTACT, HOLD_OUT))
	answer = vars(compare(contact, held_out))
	return {
		**answer,
		"contact": dict(arms.get(CONTACT) or {}),
		"held_out": dict(arms.get(HOLD_OUT) or {}),
		"contact_rate": contact.rate,
		"held_out_rate": held_out.rate,
	}


def of_campaign(campaign, stores: list[str] | None = None) -> dict | None:
	"""What the form shows; None before the figures were counted."""
	if not campaign.results_on:
		return None
	arms = groups_of([campaign.name], stores).get(campaign.name, {})
	spent = costs.spent(campaign.name)
	answer = compared(arms)
	returned = answer["extra_margin"] - spent["total"]
	tells = answer["verdict"] != NOT_ENOUGH
	return {**answer, "tells": tells, "costs": spent, "returned": returned, "counted_on": str(campaign.results_on), "verdict_in_words": _(VERDICTS[answer["verdict"]])}


def without_money(found: dict) -> dict:
	"""The figures of `of_campaign` for who does not see margins."""
	kept = {key: value for key, value in found.items() if key not in MONEY}
	return {**kept, **{arm: {key: value for key, value in found[arm].items() if key not in MONEY} for arm in ("contact", "held_out")}}


def _group(row: dict | None) -> Group:
	if not row:
		return Group()
	return Group(cint(row["members"]), cint(row["responders"]), flt(row["margin"]), flt(row["margin_squares"]))


def _reached(name: str) -> int:
	campaign = frappe.db.get_value(CAMPAIGN, name, ["target_measure"], as_dict=True)
	if campaign.target_measure in REACHED:
		result = frappe.qb.DocType(RESULT)
		column = result[REACHED[campaign.target_measure]]
		return cint(frappe.qb.from_(result).select(Sum(column)).where((result.campaign == name) & (result.arm == CONTACT)).run()[0][0])
	row = frappe.qb.DocType(REGISTRATION)
	query = frappe.qb.from_(row).select(Count("*")).where(row.campaign == name)
	wanted = ["Attended"] if campaign.target_measure == "Attendees" else ["Registered", "Attended", "No-Show"]
	return cint(query.where(row.status.isin(wanted)).run()[0][0])


# Members whose turn has come, each with what he or she brought; in the database, as there may be a million.
_STATEMENT = f"""
	insert into `tab{RESULT}` (name, creation, modified, owner, modified_by, docstatus, idx, campaign, dealership, arm, members, responders,
		leads, visits, deals, revenue, margin, margin_squares)
	select substr(sha2(concat(%(campaign)s, '|', coalesce(member.dealership, ''), '|', member.arm), 256), 1, 20), %(now)s, %(now)s, %(user)s, %(user)s,
		0, 0, %(campaign)s, member.dealership, member.arm, count(*), count(brought.customer), coalesce(sum(brought.leads), 0),
		coalesce(sum(brought.visits), 0), coalesce(sum(brought.deals), 0), coalesce(sum(brought.revenue), 0), coalesce(sum(brought.margin), 0),
		coalesce(sum(brought.margin * brought.margin), 0)
	from `tab{MEMBER}` member
	left join (
		select customer, sum(reference_doctype = 'C4S Lead') leads, sum(reference_doctype = 'C4S Service Visit') visits,
			sum(reference_doctype = 'C4S Deal') deals, sum(revenue) revenue, sum(margin) margin
		from `tab{RESPONSE}` where campaign = %(campaign)s group by customer
	) brought on brought.customer = member.customer
	where member.campaign = %(campaign)s and member.counted_from is not null
	group by member.dealership, member.arm"""
