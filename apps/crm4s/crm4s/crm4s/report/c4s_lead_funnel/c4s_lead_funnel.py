"""What became of the leads that were received in a time, by source, consultant or store. Counts are made in SQL."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_days
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report.period import with_period
from crm4s.reports.lead_funnel import COUNTS, lead_funnel, total_of

# View: the field by which it groups, and to what that links.
VIEWS = {
	"Source": ("source", "C4S Source"),
	"Sales Consultant": ("sales_consultant", "User"),
	"Store": ("dealership", "C4S Dealership"),
	"Interested Model": ("interested_model", "C4S Vehicle Model"),
}


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	funnel = lead_funnel(read_groups(filters))
	rows = funnel.to_dict("records")
	total = total_of(funnel)
	return columns(filters.view), rows, None, chart(total), summary(total)


def read_groups(filters) -> pd.DataFrame:
	"""Columns key, received, contacted, won, lost of the leads received from from_date to to_date."""
	lead = frappe.qb.DocType("C4S Lead")
	# An expression, as the database groups by a column along its index and reads all leads of all times for it.
	key = Coalesce(lead[VIEWS[filters.view][0]], "")
	query = (
		frappe.qb.from_(lead)
		.select(
			key,
			Count("*"),
			Count(lead.first_contacted_on),
			Sum(Case().when(lead.status == "Won", 1).else_(0)),
			Sum(Case().when(lead.status == "Lost", 1).else_(0)),
		)
		.where(lead.received_on >= filters.from_date)
		.where(lead.received_on < add_days(filters.to_date, 1))
		.groupby(key)
	)
	for field in ("source", "sales_consultant"):
		if filters.get(field):
			query = query.where(lead[field] == filters.get(field))
	query = keep_stores(query, lead.dealership, filters.dealership)
	return pd.DataFrame(list(query.run()), columns=["key", *COUNTS])


def columns(view: str) -> list[dict]:
	count = {"fieldtype": "Int", "width": 110}
	percent = {"fieldtype": "Percent", "width": 130}
	return [
		{"fieldname": "key", "label": _(view), "fieldtype": "Link", "options": VIEWS[view][1], "width": 220},
		{"fieldname": "received", "label": _("Received"), **count},
		{"fieldname": "contacted", "label": _("Contacted"), **count},
		{"fieldname": "won", "label": _("Won"), **count},
		{"fieldname": "lost", "label": _("Lost"), **count},
		{"fieldname": "open", "label": _("Open"), **count},
		{"fieldname": "contacted_percent", "label": _("Contacted %"), **percent},
		{"fieldname": "conversion_percent", "label": _("Conversion %"), **percent},
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
