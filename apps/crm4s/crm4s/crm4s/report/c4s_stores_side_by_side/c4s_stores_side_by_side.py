"""Stores of all sites of the group side by side: visits, cars, who came back. Out of the files that the sites export every night."""

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.access.chosen_stores import sees_all
from crm4s.cells import harmless
from crm4s.crm4s.report.period import with_period
from crm4s.crm4s.report.shapes import bars, column, figure
from crm4s.group_data.comparing import exports, side_by_side, without_few
from crm4s.group_data.places import SETTINGS
from crm4s.reports.returns import WINDOWS
from crm4s.value.money import per_head

# What the bars show.
VIEWS = {"Settled Amount": "amount", "Visits": "visits", "Amount per Visit": "amount_per_visit", "Cars Delivered": "deals", "Cars Seen Again %": "back_percent"}
MONTHS, USUAL_WINDOW = 12, 12


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, MONTHS)
	window = cint(filters.window) or USUAL_WINDOW
	if window not in WINDOWS:
		frappe.throw(_("Came Back Within must be one of: {0} months").format(", ".join(map(str, WINDOWS))))
	if not sees_all():
		frappe.throw(_("Stores of the whole group are shown to who sees all stores."), frappe.PermissionError)
	given = exports()
	if not given.found:
		return columns(), [], nothing_yet(given), None, None
	rows, hidden = without_few(side_by_side(given, filters.from_date, filters.to_date, window), cint(frappe.get_cached_doc(SETTINGS).fewest_customers))
	for row in rows:
		row.update(label=harmless(row["title"]), site=harmless(row["site"]))
	return columns(), rows, said(given, hidden, window), chart(rows, filters.view), summary(rows)


def columns() -> list[dict]:
	return [
		column("label", _("Store"), "Data", 190),
		column("site", _("Site"), "Data", 130),
		column("visits", _("Visits")),
		column("visit_customers", _("Distinct Customers"), width=140),
		column("amount", _("Settled Amount"), "Currency", 150),
		column("amount_per_visit", _("Amount per Visit"), "Currency", 140),
		column("margin", _("Margin of Visits"), "Currency", 140),
		column("deals", _("Cars Delivered"), width=120),
		column("deal_amount", _("Price of Cars"), "Currency", 150),
		column("deal_margin", _("Margin of Cars"), "Currency", 140),
		column("cars", _("Cars Seen"), width=110),
		column("back_percent", _("Cars Seen Again %"), "Percent", 120),
	]


def said(given, hidden: int, window: int) -> str:
	days = frappe.utils.formatdate(given.as_of)
	sentences = [_("{0} sites, dealings before {1}. Who deals with stores of two sites counts in each.").format(len(given.found), days)]
	sentences.append(_("Cars seen again: of those that were here {0} months before, how many came within these months.").format(window))
	if hidden:
		sentences.append(_("{0} figures rest on too few customers and are not shown.").format(hidden))
	return " ".join([*sentences, *unreadable(given)])


def nothing_yet(given) -> str:
	return " ".join([_("No site has given its figures yet. Switch the export on in Group Data Settings; it runs every night."), *unreadable(given)])


def unreadable(given) -> list[str]:
	names = ", ".join(frappe.utils.escape_html(name) for name in given.unreadable)
	return [_("Files that cannot be read: {0}.").format(names)] if names else []


def chart(rows: list[dict], view: str) -> dict | None:
	return bars(sorted(rows, key=lambda row: row[VIEWS[view]] or 0, reverse=True), {VIEWS[view]: _(view)})


def summary(rows: list[dict]) -> list[dict]:
	"""Of the figures that are shown: with those of all stores one could work out what is not."""
	visits, amount = int(total(rows, "visits")), total(rows, "amount")
	cars = total(rows, "cars")
	return [
		figure(_("Stores"), len(rows)),
		figure(_("Visits"), visits),
		figure(_("Settled Amount"), amount, "Currency"),
		figure(_("Amount per Visit"), float(per_head(amount, visits)), "Currency"),
		figure(_("Cars Delivered"), int(total(rows, "deals"))),
		figure(_("Cars Seen Again %"), round(100 * total(rows, "back") / cars, 1) if cars else None, "Percent"),
	]


def total(rows: list[dict], name: str) -> float:
	return round(sum(row[name] or 0 for row in rows), 2)
