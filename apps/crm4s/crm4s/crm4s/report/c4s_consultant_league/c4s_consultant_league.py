"""What consultants or stores sold in a time: leads and how fast they were answered, test drives, orders, deliveries, discount and margin."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Count, Sum

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.leads.answered import is_due
from crm4s.reports import consultant_league

LEAD, DRIVE, DEAL = "C4S Lead", "C4S Test Drive", "C4S Deal"
# Leads and drives have no kind of car.
KEPT = ("sales_consultant", "dealership")
VIEWS = {"Sales Consultant": shapes.CONSULTANT, "Store": shapes.STORE, shapes.MONTH: shapes.BY_MONTH}


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	frame = consultant_league.league([read_leads(filters), read_drives(filters), read_orders(filters), read_deliveries(filters)])
	rows = shapes.read(frame.to_dict("records"), VIEWS[filters.view], filters, ["deal_kind"])
	drawn = {"delivered": _("Cars Delivered"), "orders": _("Cars Ordered")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn), summary(consultant_league.total_of(frame)) if rows else []


def read_leads(filters) -> pd.DataFrame:
	"""Leads received in the time, as they stand now."""
	lead = frappe.qb.DocType(LEAD)
	counts = (Count("*"), shapes.count_if(lead.status == "Won"), shapes.count_if(is_due(lead)), shapes.count_if(lead.response == "In Time"))
	return _read(lead, "received_on", counts, consultant_league.LEADS, filters)


def read_drives(filters) -> pd.DataFrame:
	drive = frappe.qb.DocType(DRIVE)
	return _read(drive, "planned_from", (Count("*"),), consultant_league.DRIVES, filters, drive.status == "Done")


def read_orders(filters) -> pd.DataFrame:
	deal = frappe.qb.DocType(DEAL)
	return _read(deal, "ordered_on", (Count("*"),), ("orders",), filters, deal.status.isin(("Ordered", "Delivered")))


def read_deliveries(filters) -> pd.DataFrame:
	deal = frappe.qb.DocType(DEAL)
	sums = (Count("*"), Sum(deal.total_amount), Sum(deal.list_price), Sum(deal.discount_amount), Sum(deal.margin))
	names = ("delivered", "revenue", "list_price", "discount", "margin")
	return _read(deal, "delivered_on", sums, names, filters, deal.status == "Delivered")


def _read(table, moment: str, measures, names, filters, condition=None) -> pd.DataFrame:
	key = VIEWS[filters.view].term(table, moment)
	query = frappe.qb.from_(table).select(key, *measures).where(shapes.within(table[moment], filters)).groupby(key)
	if condition is not None:
		query = query.where(condition)
	if filters.deal_kind and table.get_table_name() == f"tab{DEAL}":
		query = query.where(table.deal_kind == filters.deal_kind)
	return pd.DataFrame(list(keep_stores(query, table.dealership, filters.dealership).run()), columns=["key", *names])


def columns(view: str) -> list[dict]:
	percent, money = {"fieldtype": "Percent", "width": 130}, {"fieldtype": "Currency", "width": 135}
	return [
		shapes.column("rank", _("Rank"), width=70),
		shapes.key_column(view),
		shapes.column("leads", _("Leads Received"), width=130, **shapes.opens(LEAD, "received_on", KEPT)),
		shapes.column("in_time_percent", _("Answered in Time %"), **percent),
		shapes.column("conversion_percent", _("Conversion %"), **percent),
		shapes.column("drives", _("Test Drives Done"), width=130, **shapes.opens(DRIVE, "planned_from", KEPT, status="Done")),
		shapes.column("orders", _("Cars Ordered"), **shapes.opens(DEAL, "ordered_on", status=["in", ["Ordered", "Delivered"]])),
		shapes.column("delivered", _("Cars Delivered"), width=125, **shapes.opens(DEAL, "delivered_on", status="Delivered")),
		shapes.column("revenue", _("Revenue"), **money),
		shapes.column("discount_percent", _("Discount %"), **percent),
		shapes.column("margin", _("Margin"), **money),
		shapes.column("margin_per_car", _("Margin per Car"), **money),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Leads Received"), int(total["leads"])),
		shapes.figure(_("Conversion %"), total["conversion_percent"], "Percent"),
		shapes.figure(_("Cars Ordered"), int(total["orders"])),
		shapes.figure(_("Cars Delivered"), int(total["delivered"]), indicator="Green"),
		shapes.figure(_("Margin per Car"), total["margin_per_car"], "Currency"),
	]
