"""Churn: of the cars that were here N months before a month, those that were not seen since, by month, store or model; cohorts; the cars themselves."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, format_datetime, get_first_day, getdate, nowdate

from crm4s.crm4s.report.c4s_churn.lost_cars import MOST, columns_of_cars, lost_cars
from crm4s.crm4s.report.period import with_period
from crm4s.crm4s.report.shapes import Axis, STORE, bars, column, figure, key_column, labels
from crm4s.reports import churn
from crm4s.reports.returns import BACK, WINDOWS, month_start
from crm4s.returning.months import as_of
from crm4s.returning.read import last_month, number_of, read_counts, windows

MONTH, MODEL, COHORT, CARS = "Month", "Model", "Month of Visit", "Cars"
VIEWS = {MONTH: None, "Store": STORE, MODEL: Axis("model", "C4S Vehicle Model"), COHORT: None, CARS: None}
MONTHS = 12


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	# This month is not over: its cars may still come.
	filters.to_date = filters.to_date or add_days(get_first_day(nowdate()), -1)
	filters = with_period(filters, VIEWS, MONTHS)
	filters.usual, filters.own = windows(cint(filters.window))
	if filters.view == COHORT:
		return by_cohort(filters)
	return by_car(filters) if filters.view == CARS else by_view(filters)


def by_view(filters):
	axis = VIEWS[filters.view]
	table = churn.churn(read_losses(filters), axis.field if axis else "told")
	rows = table.to_dict("records")
	if axis:
		rows.sort(key=lambda row: (-row["lost"], row["key"]))
	names = labels([row["key"] for row in rows], axis) if axis else {}
	for row in rows:
		row["label"] = names.get(row["key"], row["key"]) if axis else month_start(row["key"])[:7]
	return columns(filters.view), rows, message(filters), chart(filters.view, rows), summary(churn.total_of(table))


def read_losses(filters):
	"""Cars, kept and lost, with the month of which that is told, of the months of the filters."""
	first, last = number_of(filters.from_date), number_of(filters.to_date)
	every = (filters.usual, *filters.own.values())
	axis = VIEWS[filters.view]
	by = sorted({"model", *([axis.field] if axis else [])})
	counts = read_counts(first - max(every), last - min(every), ["cars", *BACK], by, filters.dealership, filters.model)
	losses = churn.with_losses(counts, filters.usual, filters.own)
	return losses[losses["told"].between(first, last)]


def by_cohort(filters):
	counts = read_counts(number_of(filters.from_date), number_of(filters.to_date), ["cars", *BACK], (), filters.dealership, filters.model)
	rows = churn.cohorts(counts, last_month()).astype(object).to_dict("records")
	for row in rows:
		row["label"] = month_start(row["key"])[:7]
		row.update({name: None for name in BACK if row[name] != row[name]})
	head = [key_column(COHORT, 150), column("cars", _("Cars"))]
	head += [column(name, _("Seen Again within {0} Months %").format(window), "Percent", 170) for window, name in zip(WINDOWS, BACK)]
	drawn = {name: _("Seen Again within {0} Months %").format(window) for window, name in zip(WINDOWS, BACK) if window in (3, 6, 12)}
	return head, rows, message(filters), bars(rows, drawn, most=len(rows), fieldtype="Percent"), None


def by_car(filters):
	rows = lost_cars(filters)
	told = _("Only the first {0} cars are shown; choose a store, a model or a shorter time.").format(MOST) if len(rows) == MOST else message(filters)
	# As By Month has it, however many are shown.
	lost = churn.total_of(churn.churn(read_losses(filters), "told"))["lost"]
	return columns_of_cars(), rows, told, None, [figure(_("Cars Lost"), max(lost, len(rows)), indicator="Red")] if rows else None


def columns(view: str) -> list[dict]:
	return [
		key_column(view),
		column("cars", _("Cars Here Before"), width=150),
		column("kept", _("Seen Since"), width=120),
		column("lost", _("Cars Lost"), width=120),
		column("churn_percent", _("Churn %"), "Percent", 120),
	]


def message(filters) -> str:
	counted = as_of()
	if not counted:
		return _("Who came back is counted every night; it has not been counted yet.")
	told = _("Of the cars that were in the workshop {0} months before, those without a visit at any store since.").format(filters.usual)
	told = told if not filters.own else told + " " + _("Models with a time of their own go by that.")
	if getdate(filters.to_date) >= getdate(get_first_day(nowdate())):
		told += " " + _("The last month is not over: its cars may still come.")
	return told + " " + _("As of {0}.").format(format_datetime(counted, "yyyy-MM-dd HH:mm"))


def chart(view: str, rows: list[dict]) -> dict | None:
	return bars(rows, {"churn_percent": _("Churn %")}, "line" if view == MONTH else "bar", **({"most": len(rows)} if view == MONTH else {}), fieldtype="Percent")


def summary(total: dict) -> list[dict]:
	return [
		figure(_("Cars Here Before"), total["cars"]),
		figure(_("Seen Since"), total["kept"], indicator="Green"),
		figure(_("Cars Lost"), total["lost"], indicator="Red"),
		figure(_("Churn %"), total["churn_percent"], "Percent", "Blue"),
	]
