"""Data quality: what is missing, doubtful, twice there or out of date, by check, store or month; and the customers who may be there twice."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_months, format_datetime, get_first_day, getdate, nowdate

from crm4s.access.chosen_stores import keep_stores, sees_all, stores_to_count
from crm4s.access.required import require_permission
from crm4s.cells import harmless_in
from crm4s.crm4s.doctype.c4s_data_quality_month.c4s_data_quality_month import QUALITY
from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import STORE, bars, column, figure, key_column, labels, of_store, opens
from crm4s.data_quality import duplicates
from crm4s.data_quality.checks import CUSTOMER, DOCTYPES, KINDS, SAME_BIRTHDAY, SAME_PHONE, in_words, list_filters
from crm4s.reports.lead_funnel import percent

CHECK, MONTH = "Check", "Month"
TWICE = {"Same Phone": SAME_PHONE, "Same Name and Birthday": SAME_BIRTHDAY}
VIEWS = (CHECK, "Store", MONTH, *TWICE)
MONTHS, MOST = 24, 500


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	if filters.view in TWICE:
		return by_likeness(filters)
	return {CHECK: by_check, "Store": by_store, MONTH: by_month}[filters.view](filters)


def by_check(filters):
	rows = read(filters, ["check_name", "kind"]).to_dict("records")
	places = {name: place for place, name in enumerate(KINDS)}
	rows.sort(key=lambda row: places.get(row["check_name"], len(places)))
	for row in rows:
		row["label"], row["kind"], row["doctype"] = in_words(row["check_name"]), in_words(row["kind"]), DOCTYPES.get(row["check_name"])
		row["behind"] = _behind(filters, row["check_name"])
	head = [
		column("label", _("Check"), "Data", 320),
		column("kind", _("Kind of Fault"), "Data", 130),
		*_figures(),
	]
	worst = sorted((row for row in rows if row["affected"]), key=lambda row: -row["affected_percent"])
	return head, rows, message(), bars(worst, {"affected_percent": _("To Be Mended %")}, most=6, fieldtype="Percent"), summary(rows)


def by_store(filters):
	rows = read(filters, ["dealership"], by_store=True).to_dict("records")
	names = labels([row["dealership"] for row in rows], STORE)
	for row in rows:
		row["label"] = names.get(row["dealership"], "")
	rows.sort(key=lambda row: -row["affected_percent"])
	return [key_column("Store"), *_figures()], rows, message(), bars(rows, {"affected_percent": _("To Be Mended %")}, fieldtype="Percent"), None


def by_month(filters):
	rows = read(filters, ["month"], months=MONTHS).to_dict("records")
	for row in rows:
		row["label"] = str(row["month"])[:7]
	drawn = bars(rows, {"affected_percent": _("To Be Mended %")}, "line", most=MONTHS, fieldtype="Percent")
	return [key_column(MONTH), *_figures()], rows, message(), drawn, None


def by_likeness(filters):
	"""The customers themselves, as far as the reader's stores know them."""
	require_permission(CUSTOMER, "read")
	rows = duplicates.pairs(TWICE[filters.view], stores_to_count(filters.dealership, frappe.session.user), MOST)
	harmless_in(rows, "customer_name", "city")
	head = [
		column("likeness", _("Group"), "Int", 80),
		column("customer", _("Customer"), "Link", 140, options=CUSTOMER),
		column("customer_name", _("Customer Name"), "Data", 180),
		column("masked_phone", _("Phone"), "Data", 140),
		column("city", _("City"), "Data", 120),
		column("modified", _("Last Changed On"), "Datetime", 170),
	]
	told = _("Customers with the same number may be one person. Who stands alone is alike to a customer of another store.")
	return head, rows, told, None, [figure(_("Customers"), len(rows), indicator="Orange")] if rows else None


def read(filters, by: list[str], by_store: bool = False, months: int = 1) -> pd.DataFrame:
	"""`by`, affected, looked_at and affected_percent of the newest month, or of the last `months`."""
	table = frappe.qb.DocType(QUALITY)
	until = get_first_day(getdate(nowdate()))
	query = (
		frappe.qb.from_(table)
		.select(*(table[name] for name in by), Sum(table.affected), Sum(table.looked_at))
		.where(table.month[add_months(until, 1 - months) : until])
		.groupby(*(table[name] for name in by))
		.orderby(*(table[name] for name in by))
	)
	if filters.check_name:
		query = query.where(table.check_name == filters.check_name)
	if filters.kind:
		query = query.where(table.kind == filters.kind)
	if sees_all(filters.dealership):
		query = query.where(table.is_whole == (0 if by_store else 1))
	else:
		query = keep_stores(query.where(table.is_whole == 0), table.dealership, filters.dealership)
	frame = pd.DataFrame(list(query.run()), columns=[*by, "affected", "looked_at"]).astype({"affected": int, "looked_at": int})
	return frame.assign(affected_percent=percent(frame["affected"], frame["looked_at"]))


def _behind(filters, check: str) -> dict | None:
	"""Filters of the list of what is to be mended. Customers' files name no store: of a chosen one a list cannot show them."""
	found = list_filters(check)
	if found is None or not filters.dealership:
		return found
	return None if DOCTYPES.get(check) == CUSTOMER else {**found, "dealership": of_store(filters.dealership)}


def _figures() -> list[dict]:
	return [
		column("looked_at", _("Looked At"), width=120),
		column("affected", _("To Be Mended"), width=140, **opens("doctype")),
		column("affected_percent", _("To Be Mended %"), "Percent", 150),
	]


def message() -> str:
	counted = frappe.get_all(QUALITY, {"month": get_first_day(nowdate())}, pluck="creation", limit=1)
	if not counted:
		return _("Files are looked through every night; they have not been looked through this month yet.")
	return _("As of {0}.").format(format_datetime(counted[0], "yyyy-MM-dd HH:mm")) + " " + _("A customer of several stores counts for each of them.")


def summary(rows: list[dict]) -> list[dict]:
	known = {row["check_name"]: row for row in rows}
	shown = ("Files Less Than Half Complete", "Customers without a Phone", SAME_PHONE, "Insurance Ended or Unknown")
	return [figure(in_words(name), known[name]["affected"], indicator="Orange") for name in shown if name in known]
