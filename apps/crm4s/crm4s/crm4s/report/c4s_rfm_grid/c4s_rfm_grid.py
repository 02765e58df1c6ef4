"""RFM grid: customers by how recently and how often they came, in fifths, and what they brought; as of the last computation."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint

from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import bars, column, figure, opens
from crm4s.crm4s.report.value_scope import VALUE, behind, keep_scope, not_computed
from crm4s.reports.customer_value import STEPS, rfm_grid

# View: the measure, and its type.
VIEWS = {
	"Customers": ("customers", "Int"),
	"Margin After Relationship Cost": ("margin_after_cost", "Currency"),
	"Margin of a Customer": ("margin_each", "Currency"),
	"Lifetime Value": ("lifetime_value", "Currency"),
}


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	cells = read(filters)
	if cells.empty:
		return not_computed(columns("Int"))
	measure, fieldtype = VIEWS[filters.view]
	rows = rfm_grid(cells, measure).to_dict("records")
	for row in rows:
		row["label"] = {5: _("5 – most recent"), 1: _("1 – longest ago")}.get(row["key"], str(row["key"]))
		row["behind"] = {**behind(filters.dealership), **_chosen(filters), "rfm_recency": row["key"]}
	told = _("Rows: when customers came last. Columns: how often they came. 5 is the best fifth of all customers, 1 the last.")
	return columns(fieldtype), rows, told, chart(rows), summary(cells)


def read(filters) -> pd.DataFrame:
	table = frappe.qb.DocType(VALUE)
	query = (
		frappe.qb.from_(table)
		.select(table.rfm_recency, table.rfm_frequency, Count("*"), Sum(table.margin_after_cost), Sum(table.lifetime_value))
		.where(table.rfm_recency > 0)
		.groupby(table.rfm_recency, table.rfm_frequency)
	)
	for field, value in _chosen(filters).items():
		query = query.where(table[field] == value)
	rows = keep_scope(query, table, filters.dealership).run()
	return pd.DataFrame(list(rows), columns=["rfm_recency", "rfm_frequency", "customers", "margin_after_cost", "lifetime_value"])


def _chosen(filters) -> dict:
	chosen = {"main_model": filters.model, "rfm_monetary": cint(filters.money), "value_class": filters.value_class}
	return {field: value for field, value in chosen.items() if value}


def columns(fieldtype: str) -> list[dict]:
	cells = [column(f"f_{step}", _frequency(step), fieldtype, 150, heat=1, **opens(VALUE, rfm_frequency=step)) for step in STEPS]
	return [column("label", _("Recency"), "Data", 170), *cells, column("total", _("All"), fieldtype, 150, **opens(VALUE))]


def _frequency(step: int) -> str:
	return {5: _("5 – most often"), 1: _("1 – least often")}.get(step, str(step))


def chart(rows: list[dict]) -> dict | None:
	return bars(rows, {f"f_{step}": _("Frequency {0}").format(step) for step in STEPS}, barOptions={"stacked": 1})


def summary(cells: pd.DataFrame) -> list[dict]:
	customers, margin = int(cells["customers"].sum()), float(cells["margin_after_cost"].sum())
	best = cells[(cells["rfm_recency"] >= 4) & (cells["rfm_frequency"] >= 4)]
	return [
		figure(_("Customers"), customers),
		figure(_("Came Lately and Often"), int(best["customers"].sum()), indicator="Green"),
		figure(_("Margin After Relationship Cost"), margin, "Currency"),
		figure(_("Their Share of Margin %"), round(100 * float(best["margin_after_cost"].sum()) / margin, 1) if margin > 0 else 0, "Percent", "Blue"),
	]
