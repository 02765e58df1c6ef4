"""Who answers when we ask: invitations of a time by the channel of their message, survey, rule, store or month. Sums are made in SQL."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce, Concat, Count, Sum
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report.period import with_period
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT
from crm4s.reports.response_rate import COUNTS, response_rate, total_of
from crm4s.surveys.inviting import ANSWERED, EXPIRED, INVITATION, OPENED, RESPONSE, WITHDRAWN

CHANNEL, MONTH = "Channel", "Month"
# View: the field by which it groups.
VIEWS = {CHANNEL: None, "Survey": "survey", "Invitation Rule": "rule", "Store": "dealership", MONTH: None}
# Their names are words of ours.
TRANSLATED = (CHANNEL, "Invitation Rule")
MONTHS = 3


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, MONTHS)
	table = response_rate(read(filters))
	rows = [{**row, "label": _label(filters.view, row["key"])} for row in table.to_dict("records")]
	if filters.view == MONTH:
		rows.sort(key=lambda row: row["label"])
	return columns(filters.view), rows, None, chart(rows), summary(total_of(table))


def read(filters) -> pd.DataFrame:
	invitation, message, response = (frappe.qb.DocType(doctype) for doctype in (INVITATION, MESSAGE, RESPONSE))
	went_out = message.status.isin([SENT, DELIVERED])
	key = _key(filters.view, invitation, message, went_out)
	query = (
		frappe.qb.from_(invitation)
		.left_join(message)
		.on(message.source_key == Concat("survey:", invitation.name, ":1"))
		.left_join(response)
		.on(response.name == invitation.response)
		.select(
			key,
			Count("*"),
			_sum(went_out),
			_sum(invitation.status.isin([OPENED, ANSWERED]) | invitation.opened_on.isnotnull()),
			_sum(invitation.status == ANSWERED),
			_sum(invitation.status.isin([EXPIRED, WITHDRAWN])),
			_sum(response.is_low == 1),
			_sum(response.loop_closed_on.isnotnull()),
			Coalesce(Sum(response.hours_to_close), 0),
		)
		.where((invitation.due_on >= filters.from_date) & (invitation.due_on <= filters.to_date))
		.groupby(key)
	)
	if filters.get("survey"):
		query = query.where(invitation.survey == filters.survey)
	rows = keep_stores(query, invitation.dealership, filters.dealership).run()
	return pd.DataFrame(list(rows), columns=["key", *COUNTS, "hours"])


def _sum(condition):
	return Sum(Case().when(condition, 1).else_(0))


def _key(view: str, invitation, message, went_out):
	if view == CHANNEL:
		return Case().when(went_out, Coalesce(message.channel_kind, "")).else_("")
	if view == MONTH:
		return frappe.qb.functions("year", invitation.due_on) * 100 + frappe.qb.functions("month", invitation.due_on)
	return Coalesce(invitation[VIEWS[view]], "")


def _label(view: str, key) -> str:
	if view == MONTH:
		return f"{int(key) // 100:04}-{int(key) % 100:02}"
	if not key:
		return _("Not Sent") if view == CHANNEL else ""
	return _(key) if view in TRANSLATED else key


def columns(view: str) -> list[dict]:
	count = {"fieldtype": "Int", "width": 100}
	return [
		{"fieldname": "label", "label": _(view), "fieldtype": "Data", "width": 210},
		{"fieldname": "invited", "label": _("Invited"), **count},
		{"fieldname": "sent", "label": _("Message Went Out"), "fieldtype": "Int", "width": 150},
		{"fieldname": "opened", "label": _("Opened"), **count},
		{"fieldname": "answered", "label": _("Answered"), **count},
		{"fieldname": "sent_percent", "label": _("Reached %"), "fieldtype": "Percent", "width": 110},
		{"fieldname": "response_percent", "label": _("Response Rate %"), "fieldtype": "Percent", "width": 150},
		{"fieldname": "ended", "label": _("Ended"), **count},
		{"fieldname": "low", "label": _("Low Scores"), **count},
		{"fieldname": "closed", "label": _("Loops Closed"), "fieldtype": "Int", "width": 120},
		{"fieldname": "hours", "label": _("Hours to Close"), "fieldtype": "Float", "precision": "1", "width": 130},
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	shown = rows[:12]
	return {
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#B8C2CB", "#29CD42"],
		"data": {
			"labels": [row["label"] or _("None") for row in shown],
			"datasets": [{"name": _(label), "values": [row[name] for row in shown]} for name, label in (("invited", "Invited"), ("answered", "Answered"))],
		},
	}


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Invited"), "value": int(total["invited"]), "datatype": "Int"},
		{"label": _("Answered"), "value": int(total["answered"]), "datatype": "Int", "indicator": "Green"},
		{"label": _("Response Rate %"), "value": total["response_percent"], "datatype": "Percent", "indicator": "Blue"},
		{"label": _("Low Scores"), "value": int(total["low"]), "datatype": "Int", "indicator": "Red"},
		{"label": _("Hours to Close"), "value": total["hours"], "datatype": "Float"},
	]
