"""What campaigns brought against those who were held out, and what they cost. The figures are those that the night counted."""

import frappe
from frappe import _
from frappe.utils import flt, formatdate, get_first_day

from crm4s.access.chosen_stores import nodes_below, stores_to_count
from crm4s.campaigns.results import VERDICTS, compared, groups_of
from crm4s.crm4s.report.period import with_period
from crm4s.value.experiment import NOT_ENOUGH

CAMPAIGN = "C4S Campaign"
VIEWS = {"Campaign": "name", "Kind": "kind", "Month": "month", "Store": None}
# The report is read by people; beyond that the filters are narrowed.
MOST = 500


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=12)
	rows = rows_of(filters)
	return columns(filters.view), rows, message(filters, rows), chart(rows), summary(rows)


def rows_of(filters) -> list[dict]:
	campaigns, stores = _campaigns(filters), stores_to_count(filters.dealership)
	if filters.view == "Store":
		arms = groups_of(campaigns, stores, "dealership")
		return [{**_row(store, store, arms[store], None), **_NOTHING_COMPARED} for store in sorted(arms, key=lambda store: store or "")]
	arms, found = groups_of(campaigns, stores), {}
	whole = told_whole(filters, campaigns, stores)
	for name, campaign in campaigns.items():
		if name in arms:
			row = _row(name, campaign.title, arms[name], flt(campaign.actual_cost) if name in whole else None)
			found.setdefault(campaign[VIEWS[filters.view]], []).append(row)
	if filters.view == "Campaign":
		return [row for rows in found.values() for row in rows]
	return [_together(key, rows) for key, rows in found.items()]


def columns(view: str) -> list[dict]:
	key = {
		"Campaign": {"fieldtype": "Link", "options": CAMPAIGN},
		"Kind": {"fieldtype": "Link", "options": "C4S Campaign Kind"},
		"Month": {"fieldtype": "Data"},
		"Store": {"fieldtype": "Link", "options": "C4S Dealership"},
	}[view]
	count, percent, money = ({"fieldtype": kind, "width": 110} for kind in ("Int", "Percent", "Currency"))
	title = [{"fieldname": "label", "label": _("Title"), "fieldtype": "Data", "width": 180}] if view == "Campaign" else []
	return [
		{"fieldname": "key", "label": _(view), "width": 150, **key},
		*title,
		{"fieldname": "contacted", "label": _("Customers Contacted"), **count},
		{"fieldname": "responders", "label": _("Responders"), **count},
		{"fieldname": "rate", "label": _("Response Rate"), **percent},
		{"fieldname": "held_out", "label": _("Held Out Customers"), **count},
		{"fieldname": "held_out_rate", "label": _("Response Rate of the Held Out"), **percent},
		{"fieldname": "uplift", "label": _("Difference"), **percent},
		{"fieldname": "low", "label": _("At Least (95 %)"), **percent},
		{"fieldname": "high", "label": _("At Most (95 %)"), **percent},
		{"fieldname": "verdict", "label": _("What It Says"), "fieldtype": "Data", "width": 220},
		{"fieldname": "revenue", "label": _("Revenue"), **money},
		{"fieldname": "margin", "label": _("Margin"), **money},
		{"fieldname": "extra_margin", "label": _("Extra Margin"), **money},
		{"fieldname": "cost", "label": _("Cost"), **money},
		{"fieldname": "returned", "label": _("Net Return"), **money},
		{"fieldname": "return_percent", "label": _("Return on Cost"), **percent},
	]


def message(filters, rows: list[dict]) -> str | None:
	if filters.view == "Store" or filters.dealership:
		return _("Costs belong to whole campaigns and are not shown for single stores.")
	return _("The last {0} campaigns are shown; narrow the filters to see others.").format(MOST) if len(rows) >= MOST else None


def chart(rows: list[dict]) -> dict | None:
	shown = [row for row in rows if row["contacted"]][:20]
	if not shown:
		return None
	return {
		"type": "bar",
		"colors": ["#2490EF", "#A0AEC0"],
		"data": {
			"labels": [row["label"] or _("Without Store") for row in shown],
			"datasets": [
				{"name": _(name), "values": [flt(row[column], 1) for row in shown]}
				for column, name in (("rate", "Response Rate"), ("held_out_rate", "Response Rate of the Held Out"))
				if shown[0][column] is not None
			],
		},
	}


def summary(rows: list[dict]) -> list[dict]:
	money = {"datatype": "Currency"}
	known = [row for row in rows if row["returned"] is not None]
	answer = [
		{"label": _("Customers Contacted"), "value": sum(row["contacted"] for row in rows), "datatype": "Int"},
		{"label": _("Extra Margin"), "value": sum(row["extra_margin"] for row in rows if row["extra_margin"] is not None), **money},
	]
	if known:
		returned = sum(row["returned"] for row in known)
		answer += [
			{"label": _("Cost"), "value": sum(flt(row["cost"]) for row in known), **money},
			{"label": _("Net Return"), "value": returned, "indicator": "Green" if returned > 0 else "Red", **money},
		]
	return answer


def _campaigns(filters) -> dict[str, dict]:
	chosen = {"starts_on": ["between", [filters.from_date, filters.to_date]], "results_on": ["is", "set"]}
	if filters.kind:
		chosen["kind"] = filters.kind
	fields = ["name", "title", "kind", "starts_on", "actual_cost", "dealership"]
	rows = frappe.get_list(CAMPAIGN, filters=chosen, fields=fields, order_by="starts_on desc, name", limit_page_length=MOST)
	for row in rows:
		row.month = formatdate(get_first_day(row.starts_on), "yyyy-MM")
	return {row.name: row for row in rows}


def told_whole(filters, campaigns: dict[str, dict], stores: list[str] | None) -> set[str]:
	"""Those of which every store is among the reader's: what a campaign of several stores costs cannot be told apart by store."""
	if filters.dealership:
		return set()
	if stores is None:
		return set(campaigns)
	nodes = {row.dealership for row in campaigns.values() if row.dealership}
	seen = {node for node in nodes if set(nodes_below(node)) <= set(stores)}
	return {name for name, row in campaigns.items() if row.dealership in seen}


def _together(key: str, rows: list[dict]) -> dict:
	"""Several campaigns: each is compared with its own held-out group, as pooled groups would mix different shares held out; what follows is added up."""
	told = [row for row in rows if row["returned"] is not None]
	sums = {column: sum(row[column] for row in rows) for column in ("contacted", "responders", "held_out", "revenue", "margin")}
	extra = [row["extra_margin"] for row in rows if row["extra_margin"] is not None]
	returned, cost_of_told = sum(row["returned"] for row in told), sum(row["cost"] for row in told)
	return {
		**_NOTHING_COMPARED,
		**sums,
		"key": key,
		"label": key,
		"rate": 100 * sums["responders"] / sums["contacted"] if sums["contacted"] else 0,
		"extra_margin": sum(extra) if extra else None,
		"cost": None if any(row["cost"] is None for row in rows) else sum(row["cost"] for row in rows),
		"returned": returned if told else None,
		"return_percent": 100 * returned / cost_of_told if cost_of_told else None,
	}


_NOTHING_COMPARED = {
	**dict.fromkeys(("held_out_rate", "uplift", "low", "high", "extra_margin", "cost", "returned", "return_percent")),
	"verdict": "",
}


def _row(key, label, arms: dict, cost: float | None) -> dict:
	found = compared(arms)
	contact, held_out = found["contact"], found["held_out"]
	tells = found["verdict"] != NOT_ENOUGH
	extra = found["extra_margin"] if tells else None
	returned = extra - cost if extra is not None and cost is not None else None
	return {
		"key": key,
		"label": label,
		"contacted": int(contact.get("members") or 0),
		"responders": int(contact.get("responders") or 0),
		"rate": 100 * found["contact_rate"],
		"held_out": int(held_out.get("members") or 0),
		"held_out_rate": 100 * found["held_out_rate"],
		"uplift": 100 * found["uplift"] if tells else None,
		"low": 100 * found["low"] if tells else None,
		"high": 100 * found["high"] if tells else None,
		"verdict": _(VERDICTS[found["verdict"]]),
		"revenue": flt(contact.get("revenue")),
		"margin": flt(contact.get("margin")),
		"extra_margin": extra,
		"cost": cost,
		"returned": returned,
		"return_percent": 100 * returned / cost if returned is not None and cost else None,
	}
