"""Value × risk: how many customers are in which of the five classes and what they are worth, by class, store, model or month, and who moved between classes."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_months, get_first_day, getdate

from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import STORE, Axis, bars, column, figure, key_column, labels, opens
from crm4s.crm4s.report.value_scope import VALUE, VALUE_CHANGE, VALUE_MONTH, behind, is_newest, keep_scope, last_month, not_computed
from crm4s.queries import select_from
from crm4s.reports.customer_value import NEW, SUMS, by_key, matrix, migration
from crm4s.value.customers.classes import CLASSES, HIGH_AT_RISK, HIGH_STABLE

MATRIX, CLASS, LIFECYCLE, MONTH, MIGRATION = "Value and Risk", "Value Class", "Lifecycle Stage", "Month", "Migration"
# View: the column of the months by which it groups.
VIEWS = {MATRIX: "value_class", CLASS: "value_class", LIFECYCLE: "lifecycle", "Store": "dealership", "Model": "main_model", MONTH: "month", MIGRATION: None}
AXES = {LIFECYCLE: Axis("lifecycle"), "Store": STORE, "Model": Axis("main_model", "C4S Vehicle Model")}
STAGES = ["Acquisition", "Growth", "Maturity", "Decline", "Ended"]


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	filters.month = last_month(filters.to_date)
	if not filters.month:
		return not_computed([key_column(filters.view)])
	if filters.view == MIGRATION:
		return by_migration(filters)
	return {MATRIX: as_matrix, MONTH: by_month}.get(filters.view, by_group)(filters)


def as_matrix(filters):
	rows = matrix(read(filters, ["value_class"]))
	for row in rows:
		row["label"], row["behind"] = {"Low Value": _("Low Value")}.get(row["key"]) or _(row["key"]), _behind(filters)
	rows[0]["classes"], rows[1]["classes"], rows[2]["classes"] = [(HIGH_STABLE, HIGH_AT_RISK), ("Low Value Stable", "Low Value at Risk"), (None, None)]
	rows[2]["class"] = "No Value"
	head = [
		key_column("Value", 150),
		column("stable", _("Stable")),
		column("at_risk", _("At Risk")),
		column("customers", _("Customers"), width=110),
		column("share", _("Share %"), "Percent", 100),
		column("stable_value", _("Lifetime Value, Stable"), "Currency", 190),
		column("at_risk_value", _("Lifetime Value, at Risk"), "Currency", 190),
		column("lifetime_value", _("Lifetime Value"), "Currency", 160),
	]
	return head, rows, message(filters), bars(rows, {"stable": _("Stable"), "at_risk": _("At Risk"), "no_value": _("No Value")}, barOptions={"stacked": 1}), summary(filters)


def by_group(filters):
	by = VIEWS[filters.view]
	keys = {CLASS: list(CLASSES), LIFECYCLE: STAGES}.get(filters.view)
	groups = read(filters, sorted({by, "value_class"}))
	rows = by_key(groups, by, keys).to_dict("records")
	counts = groups.assign(key=groups[by].fillna("")).pivot_table(index="key", columns="value_class", values="customers", aggfunc="sum", fill_value=0)
	names = labels([row["key"] for row in rows], AXES[filters.view]) if filters.view in AXES else {name: _(name) for name in CLASSES}
	for row in rows:
		row["label"] = names.get(row["key"], row["key"])
		row["behind"] = {**_behind(filters), by: row["key"] or ["is", "not set"]} if is_newest(filters.month) else None
		row.update({f"class_{place}": int(counts[name].get(row["key"], 0)) if name in counts else 0 for place, name in enumerate(CLASSES)})
	chart = bars(rows, {f"class_{place}": _(name) for place, name in enumerate(CLASSES)}, barOptions={"stacked": 1}) if filters.view != CLASS else bars(rows, {"customers": _("Customers")})
	return columns(filters.view), rows, message(filters), chart, summary(filters)


def by_month(filters):
	filters.months = (add_months(filters.month, -11), filters.month)
	groups = read(filters, ["month", "value_class"])
	groups["month"] = groups["month"].astype(str)
	rows = by_key(groups, "month", sorted(groups["month"].unique())).to_dict("records")
	counts = groups.pivot_table(index="month", columns="value_class", values="customers", aggfunc="sum", fill_value=0)
	for row in rows:
		row["label"] = row["key"][:7]
		row.update({f"class_{place}": int(counts[name].get(row["key"], 0)) if name in counts else 0 for place, name in enumerate(CLASSES)})
	drawn = {f"class_{place}": _(name) for place, name in enumerate(CLASSES)}
	return columns(MONTH), rows, message(filters), bars(rows, drawn, "line"), summary(filters)


def by_migration(filters):
	since = str(get_first_day(getdate(filters.from_date or add_months(filters.month, -1))))
	if since >= filters.month:
		frappe.throw(_("The earlier month must be before the later one."))
	stock = {row["key"]: row["customers"] for row in by_key(read(filters, ["value_class"]), "value_class").to_dict("records")}
	is_known = bool(frappe.db.exists(VALUE_MONTH, {"month": since}))
	rows = migration(read_moves(filters, since), stock, is_known).to_dict("records")
	for row in rows:
		row["label"] = _(row["key"]) if row["key"] != NEW else _("New")
		row.update({f"class_{place}": row[name] for place, name in enumerate(CLASSES)})
	head = [key_column("Class Before", 190), *(column(f"class_{place}", _(name), width=150) for place, name in enumerate(CLASSES)), column("gone", _("No Class Any More"), width=130), column("total", _("Customers"))]
	told = _("Rows: the class at the end of {0}. Columns: the class at the end of {1}.").format(since[:7], filters.month[:7])
	stayed = sum(row.get(row["key"], 0) for row in rows if row["key"] != NEW)
	known = sum(row["total"] for row in rows if row["key"] != NEW)
	figures = [
		figure(_("Customers"), sum(row["total"] - row["gone"] for row in rows)),
		figure(_("Stayed in Their Class"), stayed, indicator="Blue"),
		figure(_("Stayed %"), round(100 * stayed / known, 1) if known else 0, "Percent"),
		figure(_("New"), sum(row["total"] for row in rows if row["key"] == NEW), indicator="Green"),
	]
	return head, rows, told, None, figures


def read(filters, by: list[str]) -> pd.DataFrame:
	"""The sums of a month, or of the months of the filters, by these columns."""
	table = frappe.qb.DocType(VALUE_MONTH)
	first, last = filters.months or (filters.month, filters.month)
	query = (
		frappe.qb.from_(table)
		.select(*(table[name] for name in by), *(Sum(table[name]) for name in SUMS))
		.where(table.month[first:last])
		.groupby(*(table[name] for name in by))
	)
	query = keep_scope(query, table, filters.dealership, by_store="dealership" in by)
	if filters.model:
		query = query.where(table.main_model == filters.model)
	frame = pd.DataFrame(list(query.run()), columns=[*by, *SUMS])
	return frame.astype({**dict.fromkeys(SUMS, float), "customers": int})


def read_moves(filters, since: str) -> pd.DataFrame:
	"""Customers whose class changed after the month `since`, up to the month of the filters: before, after, customers."""
	table = frappe.qb.DocType(VALUE_CHANGE)
	sql = frappe.qb.functions
	# A day has ten characters, so the least and the greatest text tell the first and the last class.
	first = sql("substring", sql("min", sql("concat", table.changed_on, sql("ifnull", table.class_before, ""))), 11)
	last = sql("substring", sql("max", sql("concat", table.changed_on, sql("ifnull", table.class_after, ""))), 11)
	inner = frappe.qb.from_(table).select(first.as_("first"), last.as_("last")).where((table.month > since) & (table.month <= filters.month))
	inner = keep_scope(inner, table, filters.dealership).groupby(table.customer, table.dealership)
	if filters.model:
		value = frappe.qb.DocType(VALUE)
		inner = inner.join(value).on((value.customer == table.customer) & (value.dealership == table.dealership)).where(value.main_model == filters.model)
	rows = select_from(inner, "first, last, count(*)", "group by first, last")
	return pd.DataFrame(list(rows), columns=["before", "after", "customers"])


def _behind(filters) -> dict | None:
	"""Filters of the list of values, which are those of today: of an earlier month nothing opens."""
	if not is_newest(filters.month):
		return None
	return {**behind(filters.dealership, by_store=filters.view == "Store"), **({"main_model": filters.model} if filters.model else {})}


def columns(view: str) -> list[dict]:
	money = {"fieldtype": "Currency", "width": 150}
	head = [key_column(view), column("customers", _("Customers"), **opens(VALUE)), column("customers_percent", _("Share %"), "Percent", 100)]
	if view != CLASS:
		head += [column(f"class_{place}", _(name), width=140, **opens(VALUE, value_class=name)) for place, name in enumerate(CLASSES)]
	return [
		*head,
		column("margin_after_cost", _("Margin After Relationship Cost"), **money),
		column("yearly_margin", _("Expected Margin of the Next 12 Months"), **money),
		column("lifetime_value", _("Lifetime Value"), **money),
		column("value_percent", _("Share of Value %"), "Percent", 130),
		column("value_each", _("Value of a Customer"), **money),
		column("risk_sum", _("Customers Expected to Leave"), "Float", 180, precision=0),
	]


def message(filters) -> str:
	return _("Values of {0}, as they were computed last in that month.").format(filters.month[:7])


def summary(filters) -> list[dict]:
	table = matrix(read(frappe._dict(filters, months=None), ["value_class"]))
	high, none = table[0], table[2]
	return [
		figure(_("Customers"), sum(row["customers"] for row in table)),
		figure(_("High Value"), high["customers"], indicator="Green"),
		figure(_("High Value at Risk"), high["at_risk"], indicator="Red"),
		figure(_("No Value"), none["customers"], indicator="Orange"),
		figure(_("Lifetime Value"), sum(row["lifetime_value"] for row in table), "Currency", "Blue"),
	]
