"""Leads that were lost in a time, by reason, competitor, how far they had come, model and more; two of these may be crossed.

A defeat that was revived later counts as well: it stands in the lead's table of earlier ones.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import crossed, percentiles, shapes
from crm4s.crm4s.report.c4s_sales_funnel.c4s_sales_funnel import path_to_success
from crm4s.crm4s.report.period import with_period
from crm4s.reports.defeats import defeats

LEAD, DEFEAT, PASSAGE = "C4S Lead", "C4S Lead Defeat", "C4S State Passage"
STAGE = "How Far It Came"
VIEWS = {
	"Reason": shapes.Axis("lost_reason", "C4S Defeat Reason"),
	"Competitor": shapes.Axis("competitor", "C4S Competitor"),
	STAGE: shapes.Axis("stage", listed=False),
	"Interested Model": shapes.Axis("interested_model", "C4S Vehicle Model"),
	"Source": shapes.Axis("source", "C4S Source"),
	"Sales Consultant": shapes.CONSULTANT,
	"Store": shapes.STORE,
	shapes.MONTH: shapes.BY_MONTH,
}
FILTERS = ("lost_reason", "competitor", "interested_model", "sales_consultant")
# What stands in the table of earlier defeats, and not in the lead any more.
OF_DEFEAT = {"lost_reason": "reason", "competitor": "competitor"}
FIELDS = ("lost_reason", "competitor", "interested_model", "source", "sales_consultant", "dealership", "lost_on")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	crossed.check(filters, VIEWS)
	groups = read_groups(filters)
	if filters.across:
		return crossed.answer(groups, filters, VIEWS, ["defeats"], lambda sums: int(sums["defeats"]), FILTERS)
	rows = shapes.read(defeats(groups), VIEWS[filters.view], filters, FILTERS)
	return columns(filters.view), rows, None, shapes.bars(rows, {"defeats": _("Defeats")}), summary(rows)


def read_groups(filters) -> list[dict]:
	"""Rows of key, across (where two are crossed), defeats, revived and days (summed), of leads that are lost now and of earlier defeats."""
	return [*_grouped(_lost_now(filters), filters, revived=False), *_grouped(_revived(filters), filters, revived=True)]


def _grouped(each, filters, revived: bool) -> list[dict]:
	names = ["key", *(["across"] if filters.across else [])]
	query = (
		frappe.qb.from_(each)
		.select(*(each[name] for name in names), Count("*").as_("defeats"), Sum(each.days).as_("days"))
		.groupby(*(each[name] for name in names))
	)
	path = path_to_success() if STAGE in (filters.view, filters.across) else []
	found = query.run(as_dict=True)
	for row in found:
		row.revived = row.defeats if revived else 0
		for name, view in (("key", filters.view), ("across", filters.across)):
			if view == STAGE:
				row[name] = path[int(row[name])] if path else ""
	return found


def _lost_now(filters):
	lead = frappe.qb.DocType(LEAD)
	fields = {name: lead[name] for name in FIELDS}
	return _each(frappe.qb.from_(lead), lead, fields, lead.name, filters).where(lead.status == "Lost")


def _revived(filters):
	lead, defeat = frappe.qb.DocType(LEAD), frappe.qb.DocType(DEFEAT)
	fields = {name: lead[name] for name in FIELDS} | {name: defeat[own] for name, own in OF_DEFEAT.items()} | {"lost_on": defeat.lost_on}
	query = frappe.qb.from_(defeat).join(lead).on((lead.name == defeat.parent) & (defeat.parenttype == LEAD))
	return _each(query, lead, fields, defeat.name, filters)


def _each(query, lead, fields: dict, name, filters):
	"""One row a defeat: key, across, days."""
	query = query.where(shapes.within(fields["lost_on"], filters))
	for field in FILTERS:
		if filters.get(field):
			query = query.where(fields[field] == filters[field])
	if STAGE in (filters.view, filters.across):
		passage = frappe.qb.DocType(PASSAGE)
		query = query.left_join(passage).on((passage.document_name == lead.name) & (passage.document_type == LEAD)).groupby(name)
		fields = {**fields, "stage": Coalesce(Max(_position(passage.state)), 0)}
	for alias, view in (("key", filters.view), ("across", filters.across)):
		if view:
			query = query.select(_term(VIEWS[view], fields).as_(alias))
	days = percentiles.seconds_between(lead.received_on, fields["lost_on"]) / 86400
	return keep_stores(query.select(days.as_("days")), fields["dealership"], filters.dealership)


def _term(axis: shapes.Axis, fields: dict):
	if axis.field == "stage":
		return fields["stage"]
	return axis.term(fields, "lost_on")


def _position(state):
	case = Case()
	for position, name in enumerate(path_to_success()):
		case = case.when(state == name, position)
	return case.else_(0)


def columns(view: str) -> list[dict]:
	percent = {"fieldtype": "Percent", "width": 120}
	return [
		shapes.key_column(view, 220),
		shapes.column("defeats", _("Defeats")),
		shapes.column("share_percent", _("Share of All %"), **percent),
		shapes.column("still_lost", _("Still Lost"), **shapes.opens(LEAD, "lost_on", status="Lost")),
		shapes.column("revived", _("Revived")),
		shapes.column("revived_percent", _("Revived %"), **percent),
		shapes.column("days", _("Days until Defeat, Mean"), "Float", 170, precision=1),
	]


def summary(rows: list[dict]) -> list[dict]:
	if not rows:
		return []
	total = defeats([{**row, "key": "", "days": (row["days"] or 0) * row["defeats"]} for row in rows])[0]
	return [
		shapes.figure(_("Defeats"), total["defeats"], indicator="Red"),
		shapes.figure(_("Most Often"), next((row["label"] for row in rows if row["label"]), _("Not Set")), "Data"),
		shapes.figure(_("Revived %"), total["revived_percent"], "Percent", "Green"),
		shapes.figure(_("Days until Defeat, Mean"), total["days"], "Float"),
	]
