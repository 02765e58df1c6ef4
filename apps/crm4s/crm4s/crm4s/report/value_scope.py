"""Whose rows of customer value a report counts: those of the whole group once a customer, those of stores for these stores."""

import frappe
from frappe import _
from frappe.utils import get_first_day, getdate, nowdate

from crm4s.access.chosen_stores import nodes_below, stores_to_count
from crm4s.access.stores import DEALERSHIP
from crm4s.crm4s.doctype.c4s_dealership.c4s_dealership import OUTLET
from crm4s.crm4s.report.shapes import of_store

VALUE, VALUE_MONTH, VALUE_CHANGE = "C4S Customer Value", "C4S Value Month", "C4S Value Change"


def roots() -> list[str]:
	"""The nodes that stand below no other and are no stores; there may be several."""
	return frappe.get_all(DEALERSHIP, {"parent_c4s_dealership": ["in", ["", None]], "node_kind": ["!=", OUTLET]}, pluck="name") or [""]


def is_whole_group(chosen: str | None) -> bool:
	stores = stores_to_count(chosen, frappe.session.user)
	return stores is None or bool(set(roots()) & set(stores))


def keep_scope(query, table, chosen: str | None, by_store: bool = False):
	"""The query over rows of customer value: of a whole group those with all dealings of a customer with it, of other stores their own rows.

	Args:
		by_store: rows are told by store; then each store's row of a customer counts, and none with the dealings of several stores.
	"""
	tops, stores = roots(), stores_to_count(chosen, frappe.session.user)
	if stores is None:
		return query.where(table.dealership.notin(tops)) if by_store else query.where(table.is_whole == 1)
	whole = set() if by_store else {node for top in set(tops) & set(stores) for node in nodes_below(top)} & set(stores)
	others = sorted(set(stores) - whole - (set(tops) if by_store else set())) or [""]
	if not whole:
		return query.where(table.dealership.isin(others))
	return query.where((table.dealership.isin(sorted(whole)) & (table.is_whole == 1)) | table.dealership.isin(others))


def behind(chosen: str | None, by_store: bool = False) -> dict:
	"""The same for the list of C4S Customer Value; by store the row adds its own."""
	if by_store:
		return {}
	only = {"dealership": of_store(chosen)} if chosen else {}
	return {"is_whole": 1, **only} if is_whole_group(chosen) else only


def last_month(until=None) -> str | None:
	"""The newest month of which values are known, up to the month of a day; None before the first run."""
	until = get_first_day(getdate(until or nowdate()))
	months = frappe.get_all(VALUE_MONTH, {"month": ["<=", until]}, pluck="month", order_by="month desc", limit=1)
	return str(months[0]) if months else None


def not_computed(columns: list[dict]) -> tuple:
	"""What a report answers before the first run."""
	return columns, [], _("What customers are worth is computed every night; it has not been computed yet."), None, None


def is_newest(month: str | None) -> bool:
	return bool(month) and month == last_month()
