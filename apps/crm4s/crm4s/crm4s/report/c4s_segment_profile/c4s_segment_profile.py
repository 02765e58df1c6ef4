"""A segment against the other customers of its stores: means, or shares by one of several facts. Of many customers an even part is looked at."""

import frappe
import pandas as pd
from frappe import _
from frappe.utils import format_datetime

from crm4s.cells import harmless_in
from crm4s.crm4s.report.c4s_segment_profile.people import LOOKED_AT, facts_of, members, others
from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import Axis, bars, column, figure, labels, opens
from crm4s.reports.segment_profile import BANDS, banded, means, shares
from crm4s.value.customers.classes import CLASSES

OVERVIEW = "Overview"
MEANS = {
	"age": "Age in Years",
	"total_spent": "Total Spent",
	"service_count": "Visits",
	"average_visit_interval_days": "Days between Visits",
	"completeness_percent": "Completeness of the File",
	"margin_after_cost": "Margin After Relationship Cost",
	"lifetime_value": "Lifetime Value",
	"risk": "Probability to Leave",
}
# View: the column, and the order of its values.
SHARES = {
	"Value Class": ("value_class", list(CLASSES) + [""]),
	"Lifecycle Stage": ("lifecycle_stage", ["Acquisition", "Growth", "Maturity", "Decline", "Ended", ""]),
	"ABC Class": ("abc_class", ["A", "B", "C", ""]),
	"Model": ("main_model", None),
	"Age": ("age", None),
	"Spending": ("total_spent", None),
	"Visits": ("service_count", None),
	"Kind of Customer": ("customer_kind", None),
	"Sex": ("sex", None),
	"Use": ("use_class", None),
	"Loyalty": ("loyalty_class", None),
	"Source": ("source", None),
	"City": ("city", None),
	"Occupation": ("occupation", None),
	"Income Band": ("income_band", None),
}
VIEWS = (OVERVIEW, *SHARES)
# What is called by its name in all languages.
NAMES = ("City",)


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	if not filters.segment:
		return columns_of_shares(filters.view), [], _("Choose a segment."), None, None
	segment = frappe.get_doc("C4S Segment", filters.segment)
	segment.check_permission("read")
	mine, size = members(segment)
	mine, theirs = facts_of(mine), facts_of(others(segment))
	rows, drawn = (overview if filters.view == OVERVIEW else by_share)(filters.view, mine, theirs)
	head = columns_of_means() if filters.view == OVERVIEW else columns_of_shares(filters.view)
	for row in rows:
		row["behind"], row["clear"] = {"segment": segment.name}, _("Not by Chance") if row["clear"] else ""
	return head, rows, message(segment, size), drawn, summary(size, mine, theirs)


def overview(view: str, mine: pd.DataFrame, theirs: pd.DataFrame):
	rows = [row for row in means(mine, theirs, list(MEANS)) if row["segment_mean"] is not None]
	for row in rows:
		row["label"] = _(MEANS[row["key"]])
	return rows, bars([row for row in rows if row["index"] is not None], {"index": _("Index (others = 100)")})


def by_share(view: str, mine: pd.DataFrame, theirs: pd.DataFrame):
	field, order = SHARES[view]
	first, second = mine[field], theirs[field]
	if view in BANDS:
		first, order = banded(first, BANDS[view])
		second, _order = banded(second, BANDS[view])
		order = [*order, ""]
	rows = shares(first, second, order)
	names = labels([row["key"] for row in rows], Axis(field, "C4S Vehicle Model")) if view == "Model" else {}
	for row in rows:
		key = row["key"]
		row["label"] = _("Not Set") if key == "" else names.get(key) or (key if view in NAMES or view in BANDS else _(key))
	harmless_in(rows, "label")
	return rows, bars(rows, {"segment_percent": _("Segment %"), "others_percent": _("Others %")}, fieldtype="Percent")


def columns_of_means() -> list[dict]:
	return [
		column("label", _("Measure"), "Data", 240),
		column("segment_mean", _("Segment, on Average"), "Float", 190, precision=1, **opens("C4S Segment Member")),
		column("others_mean", _("Others, on Average"), "Float", 190, precision=1),
		column("index", _("Index (others = 100)"), width=170),
		column("clear", _("Difference"), "Data", 110),
	]


def columns_of_shares(view: str) -> list[dict]:
	return [
		column("label", _(view), "Data", 220),
		column("segment", _("Segment"), width=110, **opens("C4S Segment Member")),
		column("segment_percent", _("Segment %"), "Percent", 120),
		column("others", _("Others"), width=110),
		column("others_percent", _("Others %"), "Percent", 120),
		column("index", _("Index (others = 100)"), width=170),
		column("clear", _("Difference"), "Data", 110),
	]


def message(segment, size: int) -> str:
	told = _("“Not by Chance”: chance alone would hardly make such a difference (95 %).")
	if size > LOOKED_AT:
		told += " " + _("Of many customers {0} are looked at, an even part of all.").format(LOOKED_AT)
	return told + (" " + _("As of {0}.").format(format_datetime(segment.refreshed_on, "yyyy-MM-dd HH:mm")) if segment.refreshed_on else "")


def summary(size: int, mine: pd.DataFrame, theirs: pd.DataFrame) -> list[dict]:
	average = lambda frame, name: round(float(frame[name].astype(float).mean()), 1) if frame[name].notna().any() else 0
	return [
		figure(_("Customers in the Segment"), size, indicator="Blue"),
		figure(_("Others Looked At"), len(theirs)),
		figure(_("Total Spent, on Average"), average(mine, "total_spent"), "Currency"),
		figure(_("Others' Total Spent"), average(theirs, "total_spent"), "Currency"),
	]
