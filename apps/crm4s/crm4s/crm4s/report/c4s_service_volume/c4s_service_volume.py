"""Visits and amount per visit of settled visits, by one of several views. Sums are made in SQL, one row a group."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report.period import with_period
from crm4s.reports.periods import MONTH, TEN_DAYS, periods_between
from crm4s.reports.service_volume import MEASURES, service_volume
from crm4s.value.money import per_head

STORE, KIND, MODEL, CUSTOMER_KIND = "Store", "Visit Kind", "Model", "Customer Kind"
# View: the type of its column and, for a link, to what.
VIEWS = {
	MONTH: ("Data", None),
	TEN_DAYS: ("Data", None),
	STORE: ("Link", "C4S Dealership"),
	KIND: ("Data", None),
	MODEL: ("Link", "C4S Vehicle Model"),
	CUSTOMER_KIND: ("Data", None),
}
TEN_DAY_NAMES = {"1": "First Ten Days", "2": "Middle Ten Days", "3": "Last Days"}

DateFormat = CustomFunction("date_format", ["date", "format"])
DayOfMonth = CustomFunction("dayofmonth", ["date"])
Concat = CustomFunction("concat", ["month", "dash", "part"])


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=12)
	rows = service_volume(read_groups(filters, filters.view), keys_of(filters)).to_dict("records")
	total = read_groups(filters, view=None).iloc[0]
	for row in rows:
		row["key"] = shown(row["key"], filters.view)
	return columns(filters.view), rows, None, chart(rows, filters.view), summary(total)


def read_groups(filters, view: str | None) -> pd.DataFrame:
	"""Columns visits, customers, amount and key of a view; with None one row for all, as customers do not add up."""
	visit = frappe.qb.DocType("C4S Service Visit")
	query = (
		frappe.qb.from_(visit)
		.select(Count("*"), Count(visit.customer).distinct(), Sum(visit.total_amount))
		.where(visit.status == "Settled")
		.where(visit.settled_on >= filters.from_date)
		.where(visit.settled_on < add_days(filters.to_date, 1))
	)
	if filters.visit_kind:
		query = query.where(visit.visit_kind == filters.visit_kind)
	query = keep_stores(query, visit.dealership, filters.dealership)
	names = list(MEASURES)
	if view:
		query, key = with_key(query, visit, view)
		query = query.select(key).groupby(key)
		names.append("key")
	frame = pd.DataFrame(list(query.run()), columns=names)
	return frame.assign(amount=pd.to_numeric(frame["amount"]).fillna(0))


def with_key(query, visit, view: str):
	"""The query, joined where the view needs it, and the expression by which it groups."""
	month = DateFormat(visit.settled_on, "%Y-%m")
	if view == MODEL:
		vehicle = frappe.qb.DocType("C4S Vehicle")
		return query.left_join(vehicle).on(vehicle.name == visit.vehicle), vehicle.model
	if view == CUSTOMER_KIND:
		customer = frappe.qb.DocType("C4S Customer")
		return query.left_join(customer).on(customer.name == visit.customer), customer.customer_kind
	day = DayOfMonth(visit.settled_on)
	part = Case().when(day <= 10, "1").when(day <= 20, "2").else_("3")
	return query, {
		MONTH: month,
		TEN_DAYS: Concat(month, "-", part),
		STORE: visit.dealership,
		KIND: visit.visit_kind,
	}[view]


def keys_of(filters) -> list[str] | None:
	if filters.view in (MONTH, TEN_DAYS):
		return periods_between(filters.from_date, filters.to_date, filters.view)
	return None


def shown(key: str, view: str) -> str:
	if view == TEN_DAYS:
		month, part = key.rsplit("-", 1)
		return f"{month} {_(TEN_DAY_NAMES[part])}"
	return _(key) if view in (KIND, CUSTOMER_KIND) and key else key


def columns(view: str) -> list[dict]:
	fieldtype, options = VIEWS[view]
	return [
		{"fieldname": "key", "label": _(view), "fieldtype": fieldtype, "options": options, "width": 220},
		{"fieldname": "visits", "label": _("Visits"), "fieldtype": "Int", "width": 110},
		{"fieldname": "customers", "label": _("Distinct Customers"), "fieldtype": "Int", "width": 150},
		{"fieldname": "amount", "label": _("Settled Amount"), "fieldtype": "Currency", "width": 160},
		{"fieldname": "amount_per_visit", "label": _("Amount per Visit"), "fieldtype": "Currency", "width": 150},
	]


def chart(rows: list[dict], view: str) -> dict | None:
	"""Visits as bars; of many stores or models the first twenty."""
	if not rows:
		return None
	drawn = rows if view in (MONTH, TEN_DAYS) else rows[:20]
	return {
		"type": "bar",
		"colors": ["#2490EF"],
		"data": {
			"labels": [row["key"] or _("Not Set") for row in drawn],
			"datasets": [{"name": _("Visits"), "values": [row["visits"] for row in drawn]}],
		},
	}


def summary(total) -> list[dict]:
	visits, amount = int(total["visits"]), float(total["amount"])
	return [
		{"label": _("Visits"), "value": visits, "datatype": "Int"},
		{"label": _("Distinct Customers"), "value": int(total["customers"]), "datatype": "Int"},
		{"label": _("Settled Amount"), "value": amount, "datatype": "Currency"},
		{"label": _("Amount per Visit"), "value": float(per_head(amount, visits)), "datatype": "Currency"},
	]
