"""Who had to do with whose data: every entry of the log, or what each colleague did, or what was done with each customer."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import add_days

from crm4s.access.chosen_stores import keep_stores
from crm4s.access.required import require_permission
from crm4s.cells import harmless_in
from crm4s.crm4s.report.period import with_period
from crm4s.privacy.audit import ACCESS_LOG, CHANGED, CUSTOMER, ERASED, EXPORTED, READ, REVEALED

ENTRIES, USER, OF_CUSTOMER = "Entries", "User", "Customer"
VIEWS = {ENTRIES: None, USER: "user", OF_CUSTOMER: "customer"}
COUNTED = {"read": READ, "changed": CHANGED, "exported": EXPORTED, "revealed": REVEALED, "erased": ERASED}
# People read it; beyond that the filters are narrowed.
MOST = 2_000


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=1)
	require_permission(ACCESS_LOG, "read")
	rows = entries(filters) if filters.view == ENTRIES else counted(filters)
	message = _("The first {0} rows are shown; narrow the filters to see others.").format(MOST) if len(rows) == MOST else None
	return columns(filters.view), rows, message


def entries(filters) -> list[dict]:
	log = frappe.qb.DocType(ACCESS_LOG)
	fields = ("happened_on", "user", "action", "customer", "document_type", "document", "field_label", "row_count", "reason", "criteria", "dealership")
	query = _chosen(frappe.qb.from_(log), log, filters).select(*(log[field] for field in fields)).orderby(log.happened_on, order=frappe.qb.desc).limit(MOST)
	rows = query.run(as_dict=True)
	for row in rows:
		row.action, row.document_type, row.field_label = _(row.action), _(row.document_type or ""), _(row.field_label or "")
	return _with_names(rows)


def counted(filters) -> list[dict]:
	log = frappe.qb.DocType(ACCESS_LOG)
	key = log[VIEWS[filters.view]]
	sums = [Sum(frappe.qb.functions("if", log.action == action, 1, 0)).as_(column) for column, action in COUNTED.items()]
	query = _chosen(frappe.qb.from_(log), log, filters).where(key.isnotnull()).groupby(key)
	query = query.select(key, *sums, Max(log.happened_on).as_("happened_on")).orderby(Count("*"), order=frappe.qb.desc).limit(MOST)
	return _with_names(query.run(as_dict=True))


def _chosen(query, log, filters):
	query = query.where((log.happened_on >= filters.from_date) & (log.happened_on < add_days(filters.to_date, 1)))
	for field in ("user", "customer", "action"):
		if filters.get(field):
			query = query.where(log[field] == filters[field])
	return keep_stores(query, log.dealership, filters.dealership)


def _with_names(rows: list[dict]) -> list[dict]:
	"""Names of people, where the file is still there and the reader sees it."""
	names = {row.customer for row in rows if row.get("customer")}
	titles = dict(frappe.get_list(CUSTOMER, {"name": ["in", names or [""]]}, ["name", "customer_name"], as_list=True, limit_page_length=0))
	for row in rows:
		row.customer_name = titles.get(row.get("customer"))
	harmless_in(rows, "customer_name", "reason", "criteria")
	return rows


def columns(view: str) -> list[dict]:
	user = {"fieldname": "user", "label": _("User"), "fieldtype": "Link", "options": "User", "width": 200}
	customer = [
		{"fieldname": "customer", "label": _("Customer"), "fieldtype": "Link", "options": CUSTOMER, "width": 120},
		{"fieldname": "customer_name", "label": _("Customer Name"), "fieldtype": "Data", "width": 120},
	]
	moment = {"fieldname": "happened_on", "label": _("Noted On") if view == ENTRIES else _("Last Time"), "fieldtype": "Datetime", "width": 160}
	if view == ENTRIES:
		return [moment, user, *_details(customer)]
	counts = [{"fieldname": column, "label": _(action), "fieldtype": "Int", "width": 90} for column, action in COUNTED.items()]
	return [*([user] if view == USER else customer), *counts, moment]


def _details(customer: list[dict]) -> list[dict]:
	return [
		{"fieldname": "action", "label": _("Kind of Access"), "fieldtype": "Data", "width": 90},
		*customer,
		{"fieldname": "document_type", "label": _("Kind of Document"), "fieldtype": "Data", "width": 120},
		{"fieldname": "document", "label": _("Document"), "fieldtype": "Data", "width": 120},
		{"fieldname": "field_label", "label": _("Field"), "fieldtype": "Data", "width": 110},
		{"fieldname": "row_count", "label": _("Number of Rows"), "fieldtype": "Int", "width": 90},
		{"fieldname": "reason", "label": _("Reason"), "fieldtype": "Data", "width": 180},
		{"fieldname": "criteria", "label": _("Criteria"), "fieldtype": "Data", "width": 200},
		{"fieldname": "dealership", "label": _("Store"), "fieldtype": "Link", "options": "C4S Dealership", "width": 120},
	]
