"""Charts of a figure per day or week. Counted in SQL, one row a day, of the documents of the reader's stores."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, getdate, nowdate

from crm4s.access.customers import own_dealings
from crm4s.access.required import require_permission
from crm4s.reports.trend import SPANS, averages, gather


@dataclass(frozen=True)
class Series:
	"""One line of a chart: how many documents have a date in each period, or the sum or average of one of their fields."""

	label: str
	doctype: str
	date_field: str
	filters: tuple = ()
	value: str | None = None
	average: bool = False


DEAL, LEAD, VISIT, RESPONSE, QUERY = "C4S Deal", "C4S Lead", "C4S Service Visit", "C4S Survey Response", "C4S Query Log"
FIGURES: dict[str, tuple[Series, ...]] = {
	"Leads Received": (Series("Leads Received", LEAD, "received_on"),),
	"Leads Received and Won": (
		Series("Received", LEAD, "received_on"),
		Series("Won", LEAD, "won_on", (["status", "=", "Won"],)),
	),
	"Cars Ordered and Delivered": (
		Series("Ordered", DEAL, "ordered_on", (["status", "in", ["Ordered", "Delivered"]],)),
		Series("Delivered", DEAL, "delivered_on", (["status", "=", "Delivered"],)),
	),
	"Cars Arrived": (
		# Only cars in the workshop count as visits to the store (进店量).
		Series("Cars Arrived", VISIT, "arrived_on", (["visit_kind", "=", "Workshop"], ["status", "!=", "Cancelled"])),
	),
	"Service Revenue": (
		Series("Service Revenue", VISIT, "settled_on", (["status", "=", "Settled"],), value="total_amount"),
	),
	"Complaints Received": (Series("Complaints Received", "C4S Complaint", "received_on"),),
	"Satisfaction Index": (
		Series("SSI", RESPONSE, "responded_on", (["survey_kind", "=", "SSI"],), value="score", average=True),
		Series("CSI", RESPONSE, "responded_on", (["survey_kind", "=", "CSI"],), value="score", average=True),
	),
	"New Customers": (Series("New Customers", "C4S Store Relationship", "since"),),
	"Queries of Stock and Customers": (
		Series("Stock", QUERY, "queried_on", (["kind", "!=", "Group Lookup"],)),
		Series("Group Lookup", QUERY, "queried_on", (["kind", "=", "Group Lookup"],)),
	),
}


@frappe.whitelist()
def get(chart_name: str | None = None, filters: dict | str | None = None) -> dict:
	"""Labels and datasets of the figure and period that the filters name, or the chart's own filters where there are none.

	For those who may read charts; the documents that are counted ask for themselves, in `get_list`.
	"""
	require_permission("Dashboard Chart", "read")
	filters = filters or frappe.db.get_value("Dashboard Chart", chart_name, "filters_json")
	filters = frappe._dict(frappe.parse_json(filters) or {})
	figure, span = FIGURES.get(filters.figure), SPANS.get(filters.period)
	if not figure:
		frappe.throw(_("The figure must be one of: {0}").format(", ".join(_(name) for name in FIGURES)))
	if not span:
		frappe.throw(_("The period must be one of: {0}").format(", ".join(_(name) for name in SPANS)))
	starts = span.starts(getdate(nowdate()))
	return {
		"labels": [start.strftime("%m-%d") for start in starts],
		"datasets": [{"name": _(series.label), "values": values_of(series, starts)} for series in figure],
	}


def values_of(series: Series, starts: list[date]) -> list[float]:
	counts, sums = {}, {}
	for day, count, total in daily_figures(series, starts[0]):
		counts[day], sums[day] = count, total
	if series.average:
		return averages(gather(starts, sums), gather(starts, counts))
	return gather(starts, sums if series.value else counts)


def daily_figures(series: Series, first: date) -> Iterator[tuple[date, int, float]]:
	"""Day, number of documents and sum of the value, from the first day to today."""
	day = f"date({series.date_field})"
	fields = [f"{day} as day", "count(*) as number"]
	if series.value:
		fields.append(f"sum({series.value}) as total")
	rows = frappe.get_list(
		series.doctype,
		fields=fields,
		filters=[
			[series.date_field, ">=", first],
			[series.date_field, "<=", f"{nowdate()} 23:59:59"],
			*series.filters,
			*own_dealings(series.doctype),
		],
		group_by=day,
		order_by="day",
	)
	for row in rows:
		yield getdate(row.day), row.number, flt(row.get("total"))
