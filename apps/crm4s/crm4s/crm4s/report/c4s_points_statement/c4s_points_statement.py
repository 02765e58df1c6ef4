"""What happened to points: of one member with the balance after each entry, or of all whom the reader may see."""

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, cint, getdate

from crm4s.access.required import require_permission
from crm4s.cells import harmless_in

# The statement is read by people; beyond that the filters are narrowed.
MOST = 2_000
ENTRY, MEMBERSHIP = "C4S Points Entry", "C4S Membership"
KINDS = ("Earn", "Redeem", "Expire", "Reverse", "Adjust")


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	require_permission(ENTRY, "read")
	rows = rows_of(filters)
	return columns(one_member(filters)), rows, message(rows), None, summary(rows)


def one_member(filters) -> bool:
	"""Whether every entry of one member is shown, so that a balance can be told."""
	return bool(filters.membership and not filters.dealership and not filters.entry_kind)


def rows_of(filters) -> list[dict]:
	first, last = getdate(filters.from_date or "2000-01-01"), getdate(filters.to_date)
	chosen = {field: filters[field] for field in ("membership", "dealership", "entry_kind") if filters.get(field)}
	rows = frappe.get_list(
		ENTRY,
		filters=[[field, "=", value] for field, value in chosen.items()]
		+ [["posted_on", ">=", first], ["posted_on", "<", add_days(last, 1)]],
		fields=["name", "posted_on", "membership", "customer", "entry_kind", "points", "expires_on", "rule", "reference_doctype", "reference_name", "reason", "dealership"],
		# The oldest first where a balance is told, as on every statement; else what is new.
		order_by="posted_on, creation, name" if one_member(filters) else "posted_on desc, name",
		limit_page_length=MOST,
	)
	if one_member(filters):
		_tell_balance(rows, filters.membership, first)
	names = {row.customer for row in rows}
	titles = dict(frappe.get_all("C4S Customer", {"name": ["in", names or [""]]}, ["name", "customer_name"], as_list=True))
	for row in rows:
		row.customer_name, row.kind_shown = titles.get(row.customer), _(row.entry_kind)
		row.what = _(row.reason or row.rule or "") or None
	harmless_in(rows, "customer_name", "what")
	return rows


def _tell_balance(rows: list[dict], membership: str, first) -> None:
	"""After each entry; below 0 where points are owed."""
	require_permission(MEMBERSHIP, "read", membership)
	entry = frappe.qb.DocType(ENTRY)
	before = frappe.qb.from_(entry).where((entry.membership == membership) & (entry.posted_on < first)).select(Sum(entry.points)).run()
	balance = cint(before[0][0])
	for row in rows:
		balance += row.points
		row.balance_after = balance


def columns(with_balance: bool) -> list[dict]:
	balance = [{"fieldname": "balance_after", "label": _("Balance After"), "fieldtype": "Int", "width": 110}] if with_balance else []
	return [
		{"fieldname": "posted_on", "label": _("Posted On"), "fieldtype": "Datetime", "width": 160},
		{"fieldname": "customer_name", "label": _("Customer Name"), "fieldtype": "Data", "width": 120},
		{"fieldname": "membership", "label": _("Membership"), "fieldtype": "Link", "options": MEMBERSHIP, "width": 130},
		{"fieldname": "kind_shown", "label": _("Kind"), "fieldtype": "Data", "width": 90},
		{"fieldname": "points", "label": _("Loyalty Points"), "fieldtype": "Int", "width": 90},
		*balance,
		{"fieldname": "expires_on", "label": _("Count Until"), "fieldtype": "Date", "width": 110},
		{"fieldname": "what", "label": _("What For"), "fieldtype": "Data", "width": 200},
		{"fieldname": "reference_name", "label": _("Reference"), "fieldtype": "Dynamic Link", "options": "reference_doctype", "width": 130},
		{"fieldname": "dealership", "label": _("Store"), "fieldtype": "Link", "options": "C4S Dealership", "width": 140},
	]


def message(rows: list[dict]) -> str | None:
	return _("The first {0} are shown; narrow the filters to see the others.").format(MOST) if len(rows) >= MOST else None


def summary(rows: list[dict]) -> list[dict]:
	colours = dict(zip(KINDS, ("Green", "Blue", "Red", "Orange", "Blue"), strict=True))
	sums = {kind: sum(row.points for row in rows if row.entry_kind == kind) for kind in KINDS}
	return [{"label": _(kind), "value": points, "datatype": "Int", "indicator": colours[kind]} for kind, points in sums.items() if points]
