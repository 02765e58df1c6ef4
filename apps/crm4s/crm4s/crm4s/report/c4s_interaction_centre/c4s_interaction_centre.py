"""How contacts were taken and answered, by agent, category, channel, hour, department, store or month. Sums are made in SQL."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import add_days, get_fullname, now_datetime
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.interactions.actions import INBOUND, INTERACTION, OUTBOUND
from crm4s.reports.interaction_centre import COUNTS, figures, total_of

AGENT, HOUR, MONTH = "Agent", "Hour", "Month"
# View: the field by which it groups, and to what that links.
VIEWS = {
	AGENT: (None, "User"),
	"Category": ("category", "C4S Interaction Category"),
	"Channel": ("channel", None),
	HOUR: (None, None),
	"Department": ("department", "Role"),
	"Store": ("dealership", "C4S Dealership"),
	MONTH: (None, None),
}
MONTHS = 1
MOST_BARS = 24


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, MONTHS)
	table = figures(read(filters))
	rows = [{**row, "label": _label(filters.view, row["key"]), **_behind(filters, row["key"])} for row in table.to_dict("records")]
	if filters.view not in (HOUR, MONTH):
		rows.sort(key=lambda row: -row["inbound"])
	return columns(filters.view), rows, None, chart(filters.view, rows), summary(total_of(table))


def read(filters) -> pd.DataFrame:
	contact = frappe.qb.DocType(INTERACTION)
	inbound, missed = contact.direction == INBOUND, contact.missed == 1
	of_inbound = inbound & (contact.missed == 0)
	due = inbound & contact.due_on.isnotnull() & (contact.answered_on.isnotnull() | (contact.due_on < now_datetime()))
	talked = contact.started_on.isnotnull() & contact.ended_on.isnotnull() & (contact.missed == 0)
	seconds = frappe.qb.functions("unix_timestamp", contact.ended_on) - frappe.qb.functions("unix_timestamp", contact.started_on)
	key = _key(contact, filters)

	def count(condition):
		return Sum(Case().when(condition, 1).else_(0))

	query = (
		frappe.qb.from_(contact)
		.select(
			key,
			count(inbound),
			count(contact.direction == OUTBOUND),
			count(inbound & missed),
			count(of_inbound & (contact.first_contact_resolved == 1)),
			count(inbound & (contact.times_reopened > 0)),
			count(due),
			count(due & (contact.answered_on <= contact.due_on)),
			count(talked),
			Sum(Case().when(talked, seconds).else_(0)),
		)
		.where((contact.received_on >= filters.from_date) & (contact.received_on < add_days(filters.to_date, 1)))
	)
	for field in ("channel", "category"):
		if filters.get(field):
			query = query.where(contact[field] == filters.get(field))
	rows = keep_stores(query, contact.dealership, filters.dealership).groupby(key).run()
	return pd.DataFrame(list(rows), columns=["key", *COUNTS])


def _key(contact, filters):
	field = VIEWS[filters.view][0]
	if field:
		# An expression, as the database groups by a column along its index and reads the contacts of all times for it.
		return Coalesce(contact[field], "")
	if filters.view == AGENT:
		return Coalesce(contact.agent, contact.handler, "")
	if filters.view == HOUR:
		return frappe.qb.functions("hour", contact.received_on)
	return frappe.qb.functions("year", contact.received_on) * 100 + frappe.qb.functions("month", contact.received_on)


def _label(view: str, key) -> str:
	if view == MONTH:
		return f"{int(key) // 100:04}-{int(key) % 100:02}"
	if view == HOUR:
		return f"{int(key):02}:00"
	if not key:
		return ""
	if view == AGENT:
		return get_fullname(key)
	return str(key) if view == "Store" else _(str(key))


def _behind(filters, key) -> dict:
	"""Which list a number opens: contacts know neither their hour nor who counts for them, so that those open none."""
	span = [str(filters.from_date), str(filters.to_date)]
	field = VIEWS[filters.view][0]
	if not field and filters.view != MONTH:
		return {"behind": None, "span": span}
	kept = {name: filters[name] for name in ("channel", "category") if filters.get(name)}
	if filters.dealership:
		kept["dealership"] = shapes.of_store(filters.dealership)
	own = {field: key or ["is", "not set"]} if field else {}
	return {"behind": {**kept, **own}, "span": span if field else shapes.span_of(int(key), span)}


def columns(view: str) -> list[dict]:
	def opens(direction: str = INBOUND, **only) -> dict:
		return shapes.opens(INTERACTION, "received_on", direction=direction, **only)

	count, rate = {"fieldtype": "Int", "width": 105}, {"fieldtype": "Percent", "width": 150}
	return [
		{"fieldname": "label", "label": _(view), "fieldtype": "Data", "width": 200},
		{"fieldname": "inbound", "label": _("Inbound"), **count, **opens()},
		{"fieldname": "outbound", "label": _("Outbound"), **count, **opens(OUTBOUND)},
		{"fieldname": "missed", "label": _("Missed"), **count, **opens(missed=1)},
		{"fieldname": "missed_percent", "label": _("Missed %"), "fieldtype": "Percent", "width": 110},
		{"fieldname": "resolved_first", "label": _("Resolved at First Contact"), "fieldtype": "Int", "width": 175, **opens(missed=0, first_contact_resolved=1)},
		{"fieldname": "first_contact_percent", "label": _("First Contact Resolution %"), "fieldtype": "Percent", "width": 190},
		{"fieldname": "in_time_percent", "label": _("Answered in Time %"), **rate},
		{"fieldname": "reopened", "label": _("Reopened"), **count, **opens(times_reopened=[">", 0])},
		{"fieldname": "talk_minutes", "label": _("Minutes a Call"), "fieldtype": "Float", "precision": 1, "width": 125},
	]


def chart(view: str, rows: list[dict]) -> dict | None:
	if not rows:
		return None
	shown = rows[:MOST_BARS]
	return {
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#2490EF", "#29CD42", "#E24C4C"],
		"data": {
			"labels": [row["label"] or _("None") for row in shown],
			"datasets": [{"name": _(label), "values": [row[name] for row in shown]} for name, label in (("inbound", "Inbound"), ("resolved_first", "Resolved at First Contact"), ("missed", "Missed"))],
		},
	}


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Inbound"), "value": int(total["inbound"]), "datatype": "Int"},
		{"label": _("Missed %"), "value": total["missed_percent"], "datatype": "Percent", "indicator": "Red"},
		{"label": _("First Contact Resolution %"), "value": total["first_contact_percent"], "datatype": "Percent", "indicator": "Green"},
		{"label": _("Answered in Time %"), "value": total["in_time_percent"], "datatype": "Percent", "indicator": "Blue"},
		{"label": _("Minutes a Call"), "value": total["talk_minutes"], "datatype": "Float"},
	]
