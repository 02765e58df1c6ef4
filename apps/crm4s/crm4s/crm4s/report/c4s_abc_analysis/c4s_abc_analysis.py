"""ABC analysis: the few customers who bring most of the margin, those who come next, and the rest; with the curve of concentration."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Count, Sum

from crm4s.crm4s.report.c4s_value_matrix.c4s_value_matrix import read
from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import STORE, Axis, bars, column, figure, key_column, labels, opens
from crm4s.crm4s.report.value_scope import VALUE, behind, is_newest, is_whole_group, keep_scope, last_month, not_computed
from crm4s.reports.customer_value import by_key, lorenz
from crm4s.value.customers.abc import A, B, C

CLASS = "ABC Class"
VIEWS = {CLASS: "abc_class", "Store": "dealership", "Model": "main_model"}
AXES = {"Store": STORE, "Model": Axis("main_model", "C4S Vehicle Model")}
CLASSES = [A, B, C]
# Customers whose margin differs by less count as alike in the curve, in CNY.
BAND = 50


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	filters.month = last_month(filters.to_date)
	if not filters.month:
		return not_computed(columns(filters.view))
	by = VIEWS[filters.view]
	groups = read(filters, sorted({by, "abc_class"}))
	rows = rows_of(groups, by, CLASSES if filters.view == CLASS else None)
	names = labels([row["key"] for row in rows], AXES[filters.view]) if filters.view in AXES else {}
	for row in rows:
		row["label"] = names.get(row["key"], row["key"])
		row["behind"] = {**behind(filters.dealership, by == "dealership"), **({"main_model": filters.model} if filters.model else {}), by: row["key"] or ["is", "not set"]} if is_newest(filters.month) else None
	told = _("Class A are those who together bring most of the positive margin after relationship cost, as the settings say; values of {0}.").format(filters.month[:7])
	if not is_whole_group(filters.dealership):
		told += " " + _("The classes are by all customers of the group, so that those of a store share its margin otherwise.")
	return columns(filters.view), rows, told, chart(filters, rows), summary(groups)


def rows_of(groups: pd.DataFrame, by: str, keys: list[str] | None) -> list[dict]:
	table = by_key(groups, by, keys)
	counts = groups.assign(key=groups[by].fillna("")).pivot_table(index="key", columns="abc_class", values="customers", aggfunc="sum", fill_value=0)
	# Of each customer what is positive. Months before it was summed know the net sums only.
	table["kept"] = table["positive_margin"] if table["positive_margin"].any() else table["margin_after_cost"].clip(lower=0)
	whole = table["kept"].sum()
	rows = table.to_dict("records")
	for row in rows:
		row["margin_percent"] = round(100 * row["kept"] / whole, 1) if whole else 0.0
		row["margin_each"] = round(row["margin_after_cost"] / row["customers"], 2) if row["customers"] else 0.0
		row.update({f"class_{name.lower()}": int(counts[name].get(row["key"], 0)) if name in counts else 0 for name in CLASSES})
	return rows if keys else sorted(rows, key=lambda row: -row["margin_after_cost"])


def read_bands(filters) -> pd.DataFrame:
	"""Customers and margin by bands of margin: columns customers, margin."""
	table = frappe.qb.DocType(VALUE)
	band = frappe.qb.functions("floor", table.margin_after_cost / BAND)
	query = frappe.qb.from_(table).select(Count("*"), Sum(table.margin_after_cost)).groupby(band)
	if filters.model:
		query = query.where(table.main_model == filters.model)
	return pd.DataFrame(list(keep_scope(query, table, filters.dealership).run()), columns=["customers", "margin"])


def columns(view: str) -> list[dict]:
	head = [key_column(view, 150), column("customers", _("Customers"), **opens(VALUE)), column("customers_percent", _("Share of Customers %"), "Percent", 170)]
	if view != CLASS:
		head += [column(f"class_{name.lower()}", _("Class {0}").format(name), width=100, **opens(VALUE, abc_class=name)) for name in CLASSES]
	return [
		*head,
		column("margin_after_cost", _("Margin After Relationship Cost"), "Currency", 220),
		column("margin_percent", _("Share of Margin %"), "Percent", 150),
		column("margin_each", _("Margin of a Customer"), "Currency", 170),
		column("relationship_cost", _("Relationship Cost"), "Currency", 160),
	]


def chart(filters, rows: list[dict]) -> dict | None:
	if filters.view != CLASS:
		return bars(rows, {"margin_after_cost": _("Margin After Relationship Cost")})
	if not is_newest(filters.month):
		return bars(rows, {"customers_percent": _("Share of Customers %"), "margin_percent": _("Share of Margin %")})
	points = [{"label": f"{share:g}%", "margin": margin, "equal": share} for share, margin in lorenz(read_bands(filters))]
	return bars(points, {"margin": _("Best Customers"), "equal": _("All Alike")}, "line", most=len(points) or 1, fieldtype="Percent")


def summary(groups: pd.DataFrame) -> list[dict]:
	by_class = {row["key"]: row for row in rows_of(groups, "abc_class", CLASSES)}
	best = by_class[A]
	return [
		figure(_("Customers"), sum(row["customers"] for row in by_class.values())),
		figure(_("Customers of Class A"), best["customers"], indicator="Green"),
		figure(_("Their Share of Customers %"), best["customers_percent"], "Percent"),
		figure(_("Their Share of Margin %"), best["margin_percent"], "Percent", "Blue"),
	]
