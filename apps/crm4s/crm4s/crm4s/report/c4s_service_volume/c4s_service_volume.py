"""Visits and amount per visit of settled visits, by one of several views or two of them crossed. Sums are made in SQL, one row a group."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Count, Sum

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import crossed, shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.periods import MONTH, TEN_DAYS, periods_between
from crm4s.reports.service_volume import MEASURES, service_volume
from crm4s.value.money import per_head

VISIT = "C4S Service Visit"
REGION, MODEL, CUSTOMER_KIND = "Region", "Model", "Customer Kind"
VIEWS = {
	MONTH: shapes.BY_MONTH,
	TEN_DAYS: shapes.BY_TEN_DAYS,
	"Store": shapes.STORE,
	REGION: shapes.Axis("region", "C4S Dealership", listed=False),
	"Visit Kind": shapes.Axis("visit_kind"),
	MODEL: shapes.Axis("model", "C4S Vehicle Model", listed=False),
	CUSTOMER_KIND: shapes.Axis("customer_kind", listed=False),
	"Service Advisor": shapes.ADVISOR,
}
VISITS, AMOUNT, PER_VISIT = "Visits", "Settled Amount", "Amount per Visit"
# What the cells of two crossed views show: from added sums to a figure, and as what.
CELLS = {
	VISITS: (lambda sums: int(sums["visits"]), {}),
	AMOUNT: (lambda sums: sums["amount"], {"fieldtype": "Currency", "width": 140}),
	PER_VISIT: (lambda sums: float(per_head(sums["amount"], int(sums["visits"]))), {"fieldtype": "Currency", "width": 140}),
}
FILTERS = ("visit_kind",)


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	crossed.check(filters, VIEWS)
	if filters.across:
		return crossing(filters)
	rows = service_volume(read_groups(filters, [filters.view]), keys_of(filters)).to_dict("records")
	rows = shapes.read(rows, VIEWS[filters.view], filters, FILTERS)
	total = read_groups(filters, []).iloc[0]
	return columns(filters.view), rows, None, shapes.bars(rows, {"visits": _("Visits")}, most=40), summary(total)


def crossing(filters):
	cell, shown = CELLS.get(filters.measure or VISITS) or frappe.throw(_("The view must be one of: {0}").format(", ".join(map(_, CELLS))))
	groups = read_groups(filters, [filters.view, filters.across]).to_dict("records")
	# An amount opens the visits that bring it.
	opened = shapes.opens(VISIT, "settled_on", status="Settled")
	return crossed.answer(groups, filters, VIEWS, ["visits", "amount"], cell, FILTERS, opened, **shown)


def read_groups(filters, views: list[str]) -> pd.DataFrame:
	"""Columns visits, customers, amount, and the key of the first view and across of the second; without views one row for all, as customers do not add up."""
	visit = frappe.qb.DocType(VISIT)
	query, found = _joined(frappe.qb.from_(visit), visit, views)
	keys = [VIEWS[view].term(found, "settled_on").as_(alias) for view, alias in zip(views, ("key", "across"))]
	query = (
		query.select(Count("*"), Count(visit.customer).distinct(), Sum(visit.total_amount), *keys)
		.where((visit.status == "Settled") & shapes.within(visit.settled_on, filters))
		.groupby(*keys)
	)
	query = keep_stores(shapes.equal_to(query, visit, filters, FILTERS), visit.dealership, filters.dealership)
	frame = pd.DataFrame(list(query.run()), columns=[*MEASURES, *("key", "across")[: len(views)]])
	return frame.assign(amount=pd.to_numeric(frame["amount"]).fillna(0))


class _Columns(dict):
	"""A column by its name: those of the joined documents, else of the visit."""

	def __init__(self, visit):
		self.visit = visit

	def __missing__(self, name: str):
		return self.visit[name]


def _joined(query, visit, views: list[str]):
	"""The query, joined where a view needs it, and its columns by name."""
	found = _Columns(visit)
	for view, doctype, link, field in (
		(MODEL, "C4S Vehicle", "vehicle", "model"),
		(CUSTOMER_KIND, "C4S Customer", "customer", "customer_kind"),
		(REGION, "C4S Dealership", "dealership", "parent_c4s_dealership"),
	):
		if view in views:
			other = frappe.qb.DocType(doctype)
			query = query.left_join(other).on(other.name == visit[link])
			found[VIEWS[view].field] = other[field]
	return query, found


def keys_of(filters) -> list[int] | None:
	if filters.view in (MONTH, TEN_DAYS):
		return [int(key.replace("-", "")) for key in periods_between(filters.from_date, filters.to_date, filters.view)]
	return None


def columns(view: str) -> list[dict]:
	return [
		shapes.key_column(view, 220),
		shapes.column("visits", _("Visits"), **shapes.opens(VISIT, "settled_on", status="Settled")),
		shapes.column("customers", _("Distinct Customers"), width=150),
		shapes.column("amount", _("Settled Amount"), "Currency", 160),
		shapes.column("amount_per_visit", _("Amount per Visit"), "Currency", 150),
	]


def summary(total) -> list[dict]:
	visits, amount = int(total["visits"]), float(total["amount"])
	return [
		shapes.figure(_("Visits"), visits),
		shapes.figure(_("Distinct Customers"), int(total["customers"])),
		shapes.figure(_("Settled Amount"), amount, "Currency"),
		shapes.figure(_("Amount per Visit"), float(per_head(amount, visits)), "Currency"),
	]
