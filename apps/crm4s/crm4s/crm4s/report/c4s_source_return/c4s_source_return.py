"""What became of the leads received in a time and what they cost, by source, channel, campaign, store or month.

Cars and margin are those of these leads' deals that are delivered by now. Sources cost what was entered as C4S Source Cost for the months of the
time; campaigns cost what stands in them; of what lies in the time in part, the part by days.
"""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import get_first_day, get_last_day

from crm4s.access.chosen_stores import keep_stores, stores_to_count
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.c4s_campaign_return.c4s_campaign_return import told_whole
from crm4s.crm4s.report.period import with_period
from crm4s.reports import source_return

LEAD, DEAL, SOURCE, COST = "C4S Lead", "C4S Deal", "C4S Source", "C4S Source Cost"
CAMPAIGN, RESPONSE = "C4S Campaign", "C4S Campaign Response"
OF_CAMPAIGN, OF_CHANNEL, OF_SOURCE = "Campaign", "Lead Channel", "Source"
VIEWS = {
	OF_SOURCE: shapes.Axis("source", SOURCE),
	OF_CHANNEL: shapes.Axis("channel", listed=False),
	OF_CAMPAIGN: shapes.Axis("campaign", CAMPAIGN, listed=False),
	"Store": shapes.STORE,
	shapes.MONTH: shapes.BY_MONTH,
}
FILTERS = ("source", "sales_consultant")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	frame = read_frame(filters)
	rows = shapes.read(frame.to_dict("records"), VIEWS[filters.view], filters, FILTERS)
	# What is spent by source can be set against margins by source only: a store may have one and its region the other.
	total = source_return.total_of(frame if filters.view in (OF_SOURCE, OF_CAMPAIGN) else read_frame(frappe._dict(filters, view=OF_SOURCE)))
	return columns(filters.view), rows, message(filters), shapes.bars(rows, {"margin": _("Margin"), "cost": _("Cost")}, fieldtype="Currency"), summary(total) if rows else []


def read_frame(filters) -> pd.DataFrame:
	return source_return.source_return([read_leads(filters), read_deals(filters)], read_costs(filters))


def read_leads(filters) -> pd.DataFrame:
	lead = frappe.qb.DocType(LEAD)
	query, key = _with_key(_received(frappe.qb.from_(lead), lead, filters), lead, filters)
	query = query.select(key, Count("*"), shapes.count_if(lead.status == "Won"), shapes.count_if(lead.status == "Lost")).groupby(key)
	return pd.DataFrame(list(query.run()), columns=["key", *source_return.LEADS])


def read_deals(filters) -> pd.DataFrame:
	"""Delivered deals of the leads."""
	lead, deal = frappe.qb.DocType(LEAD), frappe.qb.DocType(DEAL)
	query = frappe.qb.from_(lead).join(deal).on((deal.lead == lead.name) & (deal.status == "Delivered"))
	query, key = _with_key(_received(query, lead, filters), lead, filters)
	query = query.select(key, Count("*"), Sum(deal.total_amount), Sum(deal.margin)).groupby(key)
	return pd.DataFrame(list(query.run()), columns=["key", *source_return.DEALS])


def read_costs(filters) -> pd.DataFrame:
	"""Columns key, cost. What a source costs cannot be told apart by consultant."""
	if filters.sales_consultant or (filters.view == OF_CAMPAIGN and filters.source):
		return pd.DataFrame(columns=["key", "cost"])
	if filters.view == OF_CAMPAIGN:
		return _costs_of_campaigns(filters)
	cost, source = frappe.qb.DocType(COST), frappe.qb.DocType(SOURCE)
	keys = {OF_SOURCE: cost.source, OF_CHANNEL: Coalesce(source.channel, ""), "Store": cost.dealership}
	key = keys.get(filters.view, shapes.BY_MONTH.term(cost, "month"))
	query = (
		frappe.qb.from_(cost)
		.left_join(source)
		.on(source.name == cost.source)
		.select(key, cost.month, Sum(cost.amount))
		.where((cost.month >= get_first_day(filters.from_date)) & (cost.month <= filters.to_date))
		.groupby(key, cost.month)
	)
	query = keep_stores(shapes.equal_to(query, cost, filters, ("source",)), cost.dealership, filters.dealership)
	found = [(key, source_return.cost_of_days(amount, month, get_last_day(month), filters.from_date, filters.to_date)) for key, month, amount in query.run()]
	return pd.DataFrame(found, columns=["key", "cost"])


def _costs_of_campaigns(filters) -> pd.DataFrame:
	"""Of campaigns that the reader sees and of which every store is the reader's."""
	keys = list(read_leads(filters)["key"])
	seen = frappe.get_list(CAMPAIGN, filters={"name": ["in", keys or [""]]}, fields=["name", "dealership", "starts_on", "ends_on", "actual_cost"], limit_page_length=0)
	campaigns = {row.name: row for row in seen}
	whole = told_whole(filters, campaigns, stores_to_count(filters.dealership))
	# Who may not know what campaigns cost gets their rows without it.
	told = [(name, _cost_in_time(campaigns[name], filters)) for name in whole if "actual_cost" in campaigns[name]]
	return pd.DataFrame(told, columns=["key", "cost"])


def _cost_in_time(campaign, filters) -> float:
	return source_return.cost_of_days(campaign.actual_cost or 0, campaign.starts_on, campaign.ends_on, filters.from_date, filters.to_date)


def _received(query, lead, filters):
	query = query.where(shapes.within(lead.received_on, filters))
	return keep_stores(shapes.equal_to(query, lead, filters, FILTERS), lead.dealership, filters.dealership)


def _with_key(query, lead, filters):
	"""The query, joined where the view needs it, and by what it groups. Leads that answered no campaign are not in that view."""
	if filters.view == OF_CAMPAIGN:
		response = frappe.qb.DocType(RESPONSE)
		joined = (response.reference_name == lead.name) & (response.reference_doctype == LEAD)
		return query.join(response).on(joined), response.campaign
	if filters.view == OF_CHANNEL:
		source = frappe.qb.DocType(SOURCE)
		return query.left_join(source).on(source.name == lead.source), Coalesce(source.channel, "")
	return query, VIEWS[filters.view].term(lead, "received_on")


def message(filters) -> str | None:
	if filters.sales_consultant:
		return _("Costs are not shown for single consultants: what a source costs cannot be told apart by person.")
	return None


def columns(view: str) -> list[dict]:
	money, percent = {"fieldtype": "Currency", "width": 135}, {"fieldtype": "Percent", "width": 125}
	return [
		shapes.key_column(view),
		shapes.column("leads", _("Leads Received"), width=130, **shapes.opens(LEAD, "received_on")),
		shapes.column("won", _("Won"), **shapes.opens(LEAD, "received_on", status="Won")),
		shapes.column("lost", _("Lost"), **shapes.opens(LEAD, "received_on", status="Lost")),
		shapes.column("conversion_percent", _("Conversion %"), **percent),
		shapes.column("delivered", _("Cars Delivered"), width=125),
		shapes.column("revenue", _("Revenue"), **money),
		shapes.column("margin", _("Margin"), **money),
		shapes.column("cost", _("Cost"), **money),
		shapes.column("cost_per_lead", _("Cost per Lead"), **money),
		shapes.column("cost_per_car", _("Cost per Car"), **money),
		shapes.column("net_return", _("Net Return"), **money),
		shapes.column("return_percent", _("Return on Cost"), **percent),
	]


def summary(total: dict) -> list[dict]:
	figures = [
		shapes.figure(_("Leads Received"), int(total["leads"])),
		shapes.figure(_("Conversion %"), total["conversion_percent"], "Percent"),
		shapes.figure(_("Margin"), float(total["margin"]), "Currency"),
	]
	if total["cost"] is not None:
		figures += [
			shapes.figure(_("Cost"), total["cost"], "Currency"),
			shapes.figure(_("Net Return Where a Cost Is Known"), total["net_return"], "Currency", "Green" if total["net_return"] > 0 else "Red"),
		]
	return figures
