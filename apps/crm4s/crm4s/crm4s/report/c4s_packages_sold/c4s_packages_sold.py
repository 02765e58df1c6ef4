"""Service packages in settled visits of a time: by package, month, store, advisor or model. Sums are made in SQL."""

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from pypika.terms import ValueWrapper

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.packages_sold import packages_sold

VISIT, ITEM, VEHICLE, PACKAGE = "C4S Service Visit", "C4S Service Item", "C4S Vehicle", "C4S Service Package"
BY_PACKAGE, MODEL = "Service Package", "Model"
VIEWS = {
	BY_PACKAGE: shapes.Axis("package", PACKAGE),
	shapes.MONTH: shapes.BY_MONTH,
	"Store": shapes.STORE,
	"Service Advisor": shapes.ADVISOR,
	MODEL: shapes.Axis("model", "C4S Vehicle Model", listed=False),
}


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	# How many visits there were besides is nothing that a package has.
	visits = read_visits(filters, filters.view) if filters.view != BY_PACKAGE and not filters.package else None
	rows = shapes.read(packages_sold(read_groups(filters, filters.view), visits), VIEWS[filters.view], filters)
	for row in rows:
		row["behind"] = _behind(row, filters) if VIEWS[filters.view].listed else None
	total = packages_sold(read_groups(filters, None), None if filters.package else read_visits(filters, None))
	return columns(filters.view), rows, None, shapes.bars(rows, {"amount": _("Amount")}, fieldtype="Currency"), summary(total[0]) if rows else []


def read_groups(filters, view: str | None) -> list[dict]:
	"""Rows of key, sold, visits, amount, discount, cost."""
	visit, item = frappe.qb.DocType(VISIT), frappe.qb.DocType(ITEM)
	query = frappe.qb.from_(visit).join(item).on((item.parent == visit.name) & (item.parenttype == VISIT) & item.package.isnotnull())
	query = _settled(query, visit, filters).where((Coalesce(item.approval, "") != "Declined") & (item.package != ""))
	if filters.package:
		query = query.where(item.package == filters.package)
	# A row a visit and package, for a package is several lines of the bill.
	each = query.groupby(visit.name, item.package).select(
		visit.name.as_("visit"),
		item.package,
		*(Max(visit[field]).as_(field) for field in ("dealership", "service_advisor", "vehicle", "settled_on")),
		Sum(item.amount).as_("amount"),
		Sum(item.discount_amount + Coalesce(item.coupon_amount, 0)).as_("discount"),
		Sum(item.cost).as_("cost"),
	)
	query, key = _with_key(frappe.qb.from_(each), each, view)
	sums = [Sum(each[name]).as_(name) for name in ("amount", "discount", "cost")]
	return query.select(key.as_("key"), Count("*").as_("sold"), Count(each.visit).distinct().as_("visits"), *sums).groupby(key).run(as_dict=True)


def read_visits(filters, view: str | None) -> dict:
	visit = frappe.qb.DocType(VISIT)
	query, key = _with_key(_settled(frappe.qb.from_(visit), visit, filters), visit, view)
	return dict(query.select(key, Count("*")).groupby(key).run())


def _settled(query, visit, filters):
	query = query.where((visit.status == "Settled") & (visit.visit_kind == "Workshop") & shapes.within(visit.settled_on, filters))
	return keep_stores(query, visit.dealership, filters.dealership)


def _with_key(query, table, view: str | None):
	if view is None:
		return query, ValueWrapper("")
	if view == MODEL:
		car = frappe.qb.DocType(VEHICLE)
		return query.left_join(car).on(car.name == table.vehicle), VIEWS[view].term(car)
	return query, VIEWS[view].term(table, "settled_on")


def _behind(row: dict, filters) -> dict:
	"""Filters of the list of visits: the package stands in their lines."""
	package = filters.package or (row["key"] if filters.view == BY_PACKAGE else ["is", "set"])
	others = {field: value for field, value in row["behind"].items() if field != "package"}
	return {**others, f"{ITEM}.package": package, f"{ITEM}.approval": ["!=", "Declined"]}


def columns(view: str) -> list[dict]:
	money, percent = {"fieldtype": "Currency", "width": 135}, {"fieldtype": "Percent", "width": 135}
	key = shapes.column("key", _(view), "Link", 220, options=PACKAGE) if view == BY_PACKAGE else shapes.key_column(view)
	return [
		key,
		shapes.column("sold", _("Packages Sold"), width=130),
		shapes.column("visits", _("Visits with a Package"), width=160, **shapes.opens(VISIT, "settled_on", status="Settled", visit_kind="Workshop")),
		*([] if view == BY_PACKAGE else [shapes.column("attached_percent", _("Of All Visits %"), **percent)]),
		shapes.column("amount", _("Amount"), **money),
		shapes.column("discount", _("Discount"), **money),
		shapes.column("amount_each", _("Amount Each"), **money),
		shapes.column("margin", _("Margin"), **money),
		shapes.column("margin_percent", _("Margin %"), **percent),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Packages Sold"), total["sold"]),
		shapes.figure(_("Of All Visits %"), total["attached_percent"], "Percent"),
		shapes.figure(_("Amount"), total["amount"], "Currency"),
		shapes.figure(_("Margin %"), total["margin_percent"], "Percent", "Green"),
	]
