"""Which leads, settled visits and delivered deals are responses to a campaign. The one writer of C4S Campaign Response.

What a customer does counts for the campaign that reached him or her last before it, within that campaign's days, contacted and held out alike: each
document is the response to one campaign at most, and chance treats both groups the same.
"""

from dataclasses import dataclass
from datetime import timedelta

import frappe
from frappe.utils import add_days, cint, now, now_datetime

from crm4s.campaigns.audience import CAMPAIGN, MEMBER
from crm4s.runs import commit

RESPONSE = "C4S Campaign Response"
SLICE = 5_000
# Bills are opened again, and what other systems send comes late.
GRACE_DAYS = 35


@dataclass(frozen=True)
class Kind:
	"""Documents that may be responses.

	Attributes:
		counted: the field of the campaign that says whether they are.
		moment: the column with the time.
		condition: SQL over `act`.
		revenue, margin: SQL over `act`.
	"""

	doctype: str
	counted: str
	moment: str
	condition: str
	revenue: str
	margin: str


KINDS = (
	Kind("C4S Lead", "counts_leads", "received_on", "1 = 1", "0", "0"),
	Kind("C4S Service Visit", "counts_visits", "settled_on", "act.status = 'Settled'", "act.total_amount", "act.margin"),
	Kind("C4S Deal", "counts_deals", "delivered_on", "act.status = 'Delivered'", "act.total_amount", "act.margin"),
)
PACKAGE = "exists (select 1 from `tabC4S Service Item` item where item.parent = act.name and item.parenttype = 'C4S Service Visit' and item.package = %(package)s)"


def due() -> list[str]:
	"""Campaigns whose responses may still change."""
	rows = frappe.get_all(CAMPAIGN, {"launched_on": ["is", "set"]}, ["name", "ends_on", "window_days", "status"], order_by="name", limit_page_length=0)
	last = add_days(now_datetime().date(), -GRACE_DAYS)
	return [row.name for row in rows if row.status in ("Running", "Paused") or row.ends_on + timedelta(days=cint(row.window_days)) >= last]


def find(name: str) -> None:
	"""Bring the responses of a campaign up to date, in slices of its members; run twice or at once it ends with the same rows."""
	campaign = frappe.db.get_value(CAMPAIGN, name, ["name", "window_days", "visit_kind", "visit_package", *(kind.counted for kind in KINDS)], as_dict=True)
	began = now()
	for kind in KINDS:
		if campaign[kind.counted]:
			_find(campaign, kind, began)
	# What is no response any more. A run that began later than this one has marked its rows as later.
	response = frappe.qb.DocType(RESPONSE)
	frappe.qb.from_(response).delete().where((response.campaign == name) & (response.modified < began)).run()
	commit()


def _find(campaign, kind: Kind, began: str) -> None:
	values = {"campaign": campaign.name, "days": cint(campaign.window_days), "began": began, "user": frappe.session.user, "doctype": kind.doctype}
	values.update(package=campaign.visit_package, visit_kind=campaign.visit_kind, after="")
	while last := _last_of_slice(values):
		values["until"] = last
		# The builder knows neither `insert … select … on duplicate key update` nor intervals of a column's days.
		frappe.db.sql(_statement(campaign, kind), values)
		commit()
		values["after"] = last


def _last_of_slice(values: dict) -> str | None:
	names = frappe.db.sql(
		f"select customer from `tab{MEMBER}` where campaign = %(campaign)s and customer > %(after)s order by customer limit {SLICE}",
		values,
		pluck=True,
	)
	return names[-1] if names else None


def _statement(campaign, kind: Kind) -> str:
	conditions = [kind.condition]
	if kind.doctype == "C4S Service Visit":
		conditions += ["act.visit_kind = %(visit_kind)s"] if campaign.visit_kind else []
		conditions += [PACKAGE] if campaign.visit_package else []
	return f"""
		insert into `tab{RESPONSE}` (name, creation, modified, owner, modified_by, docstatus, idx, campaign, customer, dealership, arm,
			reference_doctype, reference_name, responded_on, revenue, margin)
		select substr(sha2(concat(%(doctype)s, '|', act.name), 256), 1, 20), %(began)s, %(began)s, %(user)s, %(user)s, 0, 0,
			member.campaign, member.customer, member.dealership, member.arm, %(doctype)s, act.name, act.{kind.moment},
			coalesce({kind.revenue}, 0), coalesce({kind.margin}, 0)
		from `tab{MEMBER}` member
		join `tab{kind.doctype}` act on act.customer = member.customer
			and act.{kind.moment} >= member.counted_from and act.{kind.moment} < member.counted_from + interval %(days)s day
		where member.campaign = %(campaign)s and member.customer > %(after)s and member.customer <= %(until)s
			and member.counted_from is not null and {" and ".join(conditions)}
			and not exists (
				select 1 from `tab{MEMBER}` later join `tab{CAMPAIGN}` its on its.name = later.campaign
				where later.customer = member.customer and later.counted_from <= act.{kind.moment}
					and act.{kind.moment} < later.counted_from + interval its.window_days day
					and (later.counted_from > member.counted_from or (later.counted_from = member.counted_from and later.campaign > member.campaign))
			)
		on duplicate key update `tab{RESPONSE}`.modified = greatest(`tab{RESPONSE}`.modified, values(modified)), {_WRITTEN}"""


_WRITTEN = ", ".join(
	f"`tab{RESPONSE}`.{column} = values({column})" for column in ("campaign", "customer", "dealership", "arm", "responded_on", "revenue", "margin")
)
