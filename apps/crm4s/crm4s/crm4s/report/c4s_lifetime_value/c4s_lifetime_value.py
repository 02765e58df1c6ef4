"""Lifetime value: how it is spread over customers, what all customers of a store or model are worth together, and what drives that."""

import json

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_months, cint, fmt_money
from pypika import Case

from crm4s.crm4s.report.c4s_value_matrix.c4s_value_matrix import read
from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import STORE, Axis, bars, column, figure, key_column, labels, opens
from crm4s.crm4s.report.value_scope import VALUE, behind, keep_scope, last_month, not_computed
from crm4s.reports.customer_value import by_key, value_bands
from crm4s.reports.satisfaction import by_group
from crm4s.satisfaction.read import read_sums, tops
from crm4s.satisfaction.who import reads_responses, whole_months
from crm4s.value.customers.equity import KIND

DISTRIBUTION, MONTH, DRIVERS = "Distribution", "Month", "Drivers by Store"
VIEWS = {DISTRIBUTION: None, "Store": STORE, "Model": Axis("main_model", "C4S Vehicle Model"), MONTH: None, DRIVERS: STORE}
# Of a band, in CNY.
WIDTH = 1000


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	filters.month = last_month()
	if not filters.month:
		return not_computed([key_column(filters.view)])
	return {DISTRIBUTION: by_band, DRIVERS: by_driver, MONTH: by_month}.get(filters.view, by_equity)(filters)


def by_band(filters):
	width = max(cint(filters.width), 0) or WIDTH
	rows = value_bands(read_bands(filters, width), width).astype(object).to_dict("records")
	for row in rows:
		low, high = (None if value is None or value != value else int(value) for value in (row["low"], row["high"]))
		# What is open is None: a page cannot read NaN.
		row |= {"low": low, "high": high, "label": _label(low, high)}
		row["behind"] = {**behind(filters.dealership), **_chosen(filters), "lifetime_value": _between(low, high)}
	head = [
		key_column("Lifetime Value", 200),
		column("customers", _("Customers"), **opens(VALUE)),
		column("customers_percent", _("Share of Customers %"), "Percent", 170),
		column("lifetime_value", _("Lifetime Value Together"), "Currency", 200),
		column("value_percent", _("Share of Value %"), "Percent", 150),
	]
	return head, rows, _told(filters), chart_of_bands(rows, width), summary(filters)


def chart_of_bands(rows: list[dict], width: int) -> dict | None:
	"""Where bands begin, in thousands where these are whole: there is little room below twenty bars."""
	begin = lambda low: f"{low // 1000}k" if width % 1000 == 0 else str(low)
	drawn = [{**row, "label": row["label"] if row["low"] is None else begin(row["low"])} for row in rows]
	return bars(drawn, {"customers": _("Customers")}, most=len(rows) or 1)


def by_equity(filters):
	axis = VIEWS[filters.view]
	rows = by_key(read(filters, [axis.field]), axis.field).to_dict("records")
	names = labels([row["key"] for row in rows], axis)
	for row in rows:
		row["label"], row["behind"] = names.get(row["key"], ""), {**behind(filters.dealership, axis is STORE), **_chosen(filters), axis.field: row["key"] or ["is", "not set"]}
	return columns(filters.view), rows, _told(filters), bars(rows, {"lifetime_value": _("Customer Equity")}), summary(filters)


def by_month(filters):
	groups = read(frappe._dict(filters, months=(add_months(filters.month, -23), filters.month)), ["month"])
	groups["month"] = groups["month"].astype(str)
	rows = by_key(groups, "month", sorted(groups["month"].unique())).to_dict("records")
	for row in rows:
		row["label"] = row["key"][:7]
	return columns(MONTH), rows, _told(filters), bars(rows, {"lifetime_value": _("Customer Equity")}, "line", most=24), summary(filters)


def by_driver(filters):
	"""Equity of each store beside what its customers said about value, brand and relationship in the last twelve whole months."""
	if not reads_responses():
		return [key_column("Store")], [], _("You may not read what customers answered."), None, None
	roots = tops(KIND)
	first, last = whole_months()
	asked = frappe._dict(from_date=first, to_date=last, dealership=filters.dealership, model=filters.model, survey_kind=None)
	scores = {row["key"]: row for row in by_group(read_sums(asked, "Store", indicators=roots), roots)}
	rows = by_key(read(filters, ["dealership"]), "dealership").to_dict("records")
	names = labels([row["key"] for row in rows], STORE)
	for row in rows:
		said = scores.get(row["key"]) or {"answers": 0, "points": {}}
		row |= {"label": names.get(row["key"], ""), "answers": said["answers"], **{f"driver_{place}": said["points"].get(name) for place, name in enumerate(roots)}}
	head = [
		key_column("Store"),
		column("customers", _("Customers")),
		column("lifetime_value", _("Customer Equity"), "Currency", 170),
		column("value_each", _("Value of a Customer"), "Currency", 160),
		column("answers", _("Answers")),
		*(column(f"driver_{place}", _(name), "Float", 160, precision=1) for place, name in enumerate(roots)),
	]
	told = _("Drivers are what customers said in surveys from {0} to {1}, in points of 1,000.").format(frappe.format(first), frappe.format(last))
	drawn = {f"driver_{place}": _(name) for place, name in enumerate(roots)}
	return head, rows, told, bars(rows, drawn, fieldtype="Float") if roots else None, summary(filters)


def read_bands(filters, width: int) -> pd.DataFrame:
	table = frappe.qb.DocType(VALUE)
	band = Case().when(table.lifetime_value <= 0, -1).else_(frappe.qb.functions("floor", table.lifetime_value / width))
	query = frappe.qb.from_(table).select(band, Count("*"), Sum(table.lifetime_value)).groupby(band)
	for field, value in _chosen(filters).items():
		query = query.where(table[field] == value)
	return pd.DataFrame(list(keep_scope(query, table, filters.dealership).run()), columns=["band", "customers", "lifetime_value"]).astype(float)


def _chosen(filters) -> dict:
	chosen = {"main_model": filters.model, "value_class": filters.value_class if filters.view == DISTRIBUTION else None}
	return {field: value for field, value in chosen.items() if value}


def _between(low: int | None, high: int | None) -> list:
	"""As the list takes two conditions on one field from a link; it knows "between" for days only."""
	if low is None:
		return ["<=", 0]
	if high is None:
		return [">=", low]
	return [json.dumps([">=" if low else ">", low]), json.dumps(["<", high])]


def _label(low: int | None, high: int | None) -> str:
	amount = lambda value: fmt_money(value, precision=0)
	if low is None:
		return _("Nothing")
	return _("{0} and more").format(amount(low)) if high is None else _("{0} to {1}").format(amount(low), amount(high))


def _told(filters) -> str:
	return _("The present worth of what customers are expected to bring beyond what keeping them costs; values of {0}.").format(filters.month[:7])


def columns(view: str) -> list[dict]:
	money = {"fieldtype": "Currency", "width": 160}
	return [
		key_column(view),
		column("customers", _("Customers"), **opens(VALUE)),
		column("lifetime_value", _("Customer Equity"), **money),
		column("value_percent", _("Share of Value %"), "Percent", 140),
		column("value_each", _("Value of a Customer"), **money),
		column("yearly_margin", _("Expected Margin of the Next 12 Months"), "Currency", 240),
		column("expected_visits", _("Expected Visits in 12 Months"), "Float", 200, precision=0),
		column("risk_sum", _("Customers Expected to Leave"), "Float", 190, precision=0),
	]


def summary(filters) -> list[dict]:
	groups = read(frappe._dict(filters, months=None), ["month", "value_class"])
	if chosen := _chosen(filters).get("value_class"):
		groups = groups[groups["value_class"] == chosen]
	whole = by_key(groups, "month")
	customers, equity = int(whole["customers"].sum()), float(whole["lifetime_value"].sum())
	return [
		figure(_("Customers"), customers),
		figure(_("Customer Equity"), equity, "Currency", "Blue"),
		figure(_("Value of a Customer"), round(equity / customers, 2) if customers else 0, "Currency"),
		figure(_("Expected Margin of the Next 12 Months"), float(whole["yearly_margin"].sum()), "Currency", "Green"),
	]
