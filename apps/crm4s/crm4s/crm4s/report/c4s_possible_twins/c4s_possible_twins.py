"""Customers who may be there twice, pair by pair with the reasons; from here two files are compared, merged or set apart."""

import frappe
from frappe import _
from frappe.utils import cint, format_datetime

from crm4s.access.chosen_stores import stores_to_count
from crm4s.access.required import require_permission
from crm4s.cells import harmless_in
from crm4s.crm4s.report.shapes import column, figure
from crm4s.merging import twins
from crm4s.merging.rules import MERGE
from crm4s.merging.twins import CUSTOMER

MOST = 500
SURE = 90
SHOWN = ("customer_name", "masked_phone", "city")


def execute(filters: dict | None = None):
	require_permission(MERGE, "create")
	filters = frappe._dict(filters or {})
	pairs = twins.find(stores_to_count(filters.dealership, frappe.session.user), MOST, cint(filters.at_least))
	rows = with_files(pairs)
	return columns(), rows, said(bool(rows)), None, summary(rows)


def said(found: bool) -> str:
	searched = twins.searched_on()
	when = _("Found on {0}.").format(format_datetime(searched)) if searched else _("The list is made every night.")
	if not found:
		return " ".join((_("No two files look like one customer."), when))
	return " ".join((_("Each pair may be one customer. Compare the two files, merge them, or say that they are not the same."), when))


def with_files(pairs: list[dict]) -> list[dict]:
	names = {name for pair in pairs for name in (pair["first"], pair["second"])}
	files = {row.name: row for row in frappe.get_all(CUSTOMER, {"name": ["in", sorted(names) or [""]]}, ["name", *SHOWN], order_by=None, limit_page_length=0)}
	rows = []
	for pair in pairs:
		row = {"customer": pair["first"], "other": pair["second"], "certainty": pair["certainty"], "reasons": twins.in_words(pair["reasons"])}
		for place, name in (("customer", pair["first"]), ("other", pair["second"])):
			row.update({f"{place}_{field}": files[name][field] for field in SHOWN})
		rows.append(row)
	harmless_in(rows, *(f"{place}_{field}" for place in ("customer", "other") for field in ("customer_name", "city")))
	return rows


def columns() -> list[dict]:
	return [
		column("certainty", _("Certainty"), "Percent", 100),
		column("reasons", _("Why"), "Data", 220),
		column("compare", _("Compare"), "Data", 110),
		*_columns_of("customer", _("Customer")),
		*_columns_of("other", _("Other Customer")),
	]


def _columns_of(place: str, label: str) -> list[dict]:
	return [
		column(place, label, "Link", 130, options=CUSTOMER),
		column(f"{place}_customer_name", _("Customer Name"), "Data", 150),
		column(f"{place}_masked_phone", _("Phone"), "Data", 130),
		column(f"{place}_city", _("City"), "Data", 110),
	]


def summary(rows: list[dict]) -> list[dict] | None:
	sure = sum(row["certainty"] >= SURE for row in rows)
	return [figure(_("Pairs"), len(rows), indicator="Orange"), figure(_("Almost Certain"), sure, indicator="Red")] if rows else None
