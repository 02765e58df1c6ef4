"""What became of the leads that were received in a time, by source, consultant or store. Counts are made in SQL."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Count, Sum
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.lead_funnel import COUNTS, lead_funnel, total_of

LEAD = "C4S Lead"
VIEWS = {
	"Source": shapes.Axis("source", "C4S Source"),
	"Sales Consultant": shapes.CONSULTANT,
	"Store": shapes.STORE,
	"Interested Model": shapes.Axis("interested_model", "C4S Vehicle Model"),
}
FILTERS = ("source", "sales_consultant")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	funnel = lead_funnel(read_groups(filters))
	rows = shapes.read(funnel.to_dict("records"), VIEWS[filters.view], filters, FILTERS)
	total = total_of(funnel)
	return columns(filters.view), rows, None, chart(total), summary(total)


def read_groups(filters) -> pd.DataFrame:
	"""Columns key, received, contacted, won, lost of the leads received from from_date to to_date."""
	lead = frappe.qb.DocType(LEAD)
	key = VIEWS[filters.view].term(lead)
	query = (
		frappe.qb.from_(lead)
		.select(
			key,
			Count("*"),
			Count(lead.first_contacted_on),
			Sum(Case().when(lead.status == "Won", 1).else_(0)),
			Sum(Case().when(lead.status == "Lost", 1).else_(0)),
		)
		.where(shapes.within(lead.received_on, filters))
		.groupby(key)
	)
	query = keep_stores(shapes.equal_to(query, lead, filters, FILTERS), lead.dealership, filters.dealership)
	return pd.DataFrame(list(query.run()), columns=["key", *COUNTS])


def columns(view: str) -> list[dict]:

	def opens(**only) -> dict:
		return shapes.opens(LEAD, "received_on", **only)

	return [
		shapes.key_column(view, 220),
		shapes.column("received", _("Received"), **opens()),
		shapes.column("contacted", _("Contacted"), **opens(first_contacted_on=["is", "set"])),
		shapes.column("won", _("Won"), **opens(status="Won")),
		shapes.column("lost", _("Lost"), **opens(status="Lost")),
		shapes.column("open", _("Open"), **opens(status="Open")),
		shapes.column("contacted_percent", _("Contacted %"), "Percent", 130),
		shapes.column("conversion_percent", _("Conversion %"), "Percent", 130),
	]


def chart(total: dict) -> dict | None:
	if not total["received"]:
		return None
	steps = {"received": _("Received"), "contacted": _("Contacted"), "won": _("Won")}
	return {
		"type": "bar",
		"colors": ["#2490EF"],
		"data": {
			"labels": list(steps.values()),
			"datasets": [{"name": _("Leads"), "values": [total[step] for step in steps]}],
		},
	}


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Received"), "value": total["received"], "datatype": "Int"},
		{"label": _("Won"), "value": total["won"], "datatype": "Int", "indicator": "Green"},
		{"label": _("Lost"), "value": total["lost"], "datatype": "Int", "indicator": "Red"},
		{"label": _("Conversion %"), "value": total["conversion_percent"], "datatype": "Percent"},
	]
