"""Policies that end soon and are not renewed, with whom to call: those of the reader's stores, in the order in which they end."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, getdate

from crm4s.cells import harmless_in
from crm4s.insurance.renewals import ending

# The report is worked through by people; beyond that the filters are narrowed.
MOST = 2_000
BANDS = (30, 60, 90)


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	rows = rows_of(filters)
	return columns(), rows, message(rows), chart(rows), summary(rows)


def rows_of(filters) -> list[dict]:
	today = getdate()
	first = add_days(today, -max(cint(filters.ended_days), 0))
	last = add_days(today, cint(filters.days) or BANDS[-1])
	chosen = {field: filters[field] for field in ("dealership", "policy_kind", "insurer", "seller") if filters.get(field)}
	if filters.sold_by_us:
		chosen["sold_by_us"] = 1
	rows = ending(first, last, limit=MOST, **chosen)
	customers = _customers({row.customer for row in rows})
	for row in rows:
		row.update(customers.get(row.customer, {}))
		row.days_left = (row.covered_until - today).days
		row.policy_kind_shown, row.insurer_shown = _(row.policy_kind), _(row.insurer)
	harmless_in(rows, "customer_name", "plate_number")
	return rows


def _customers(names: set[str]) -> dict:
	rows = frappe.get_all("C4S Customer", {"name": ["in", names or [""]]}, ["name", "customer_name", "masked_phone"])
	return {row.name: {"customer_name": row.customer_name, "masked_phone": row.masked_phone} for row in rows}


def columns() -> list[dict]:
	return [
		{"fieldname": "covered_until", "label": _("Covered Until"), "fieldtype": "Date", "width": 120},
		{"fieldname": "days_left", "label": _("Days Left"), "fieldtype": "Int", "width": 90},
		{"fieldname": "plate_number", "label": _("Plate Number"), "fieldtype": "Data", "width": 110},
		{"fieldname": "customer", "label": _("Customer"), "fieldtype": "Link", "options": "C4S Customer", "width": 130},
		{"fieldname": "customer_name", "label": _("Customer Name"), "fieldtype": "Data", "width": 120},
		{"fieldname": "masked_phone", "label": _("Phone"), "fieldtype": "Data", "width": 120},
		{"fieldname": "policy_kind_shown", "label": _("Policy Kind"), "fieldtype": "Data", "width": 120},
		{"fieldname": "insurer_shown", "label": _("Insurer"), "fieldtype": "Data", "width": 150},
		{"fieldname": "premium_total", "label": _("Premium in Total"), "fieldtype": "Currency", "width": 120},
		{"fieldname": "name", "label": _("Policy"), "fieldtype": "Link", "options": "C4S Insurance Policy", "width": 130},
		{"fieldname": "vehicle", "label": _("Vehicle"), "fieldtype": "Link", "options": "C4S Vehicle", "width": 130},
		{"fieldname": "sold_by_us", "label": _("Sold by Us"), "fieldtype": "Check", "width": 90},
		{"fieldname": "seller", "label": _("Sold By"), "fieldtype": "Link", "options": "User", "width": 140},
		{"fieldname": "dealership", "label": _("Store"), "fieldtype": "Link", "options": "C4S Dealership", "width": 140},
	]


def message(rows: list[dict]) -> str | None:
	return _("The first {0} are shown; narrow the filters to see the others.").format(MOST) if len(rows) >= MOST else None


def _counts(rows: list[dict]) -> list[int]:
	"""How many have ended, and end within each band of days."""
	edges = (-1, *BANDS)
	counts = [sum(row["days_left"] < 0 for row in rows)]
	return counts + [sum(low < row["days_left"] <= high for row in rows) for low, high in zip(edges, edges[1:], strict=False)]


def _labels() -> list[str]:
	return [_("Ended"), _("In {0} Days").format(30), _("In {0} to {1} Days").format(31, 60), _("In {0} to {1} Days").format(61, 90)]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	return {
		"type": "bar",
		"colors": ["#2490EF"],
		"data": {"labels": _labels(), "datasets": [{"name": _("Policies"), "values": _counts(rows)}]},
	}


def summary(rows: list[dict]) -> list[dict]:
	colours = ("Red", "Orange", "Blue", "Blue")
	return [
		{"label": label, "value": count, "datatype": "Int", "indicator": colour}
		for label, count, colour in zip(_labels(), _counts(rows), colours, strict=True)
	]
