"""Questions about what the user's stores have and have ordered. Each is noted in the query log."""

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.access.required import require_permission
from crm4s.access.stores import stores_of
from crm4s.crm4s.doctype.c4s_query_log.c4s_query_log import log_query
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import HELD, IN_STOCK, OFFERED

MOST_ROWS = 200
SHOWN = ["name", "vin", "model", "vehicle_title", "status", "dealership", "exterior_colour", "interior_colour"]
STOCK_FIELDS = [*SHOWN, "stock_location", "in_stock_since", "asking_price"]
ORDER_FIELDS = [*SHOWN, "supplier", "purchase_order_number", "ordered_on", "expected_arrival_on", "arrived_on"]
EQUAL = ("brand", "model", "status", "dealership", "supplier", "purchase_order_number")
CONTAINED = ("exterior_colour", "interior_colour")


@frappe.whitelist(methods=["POST"])
def query_stock(filters: dict | str | None = None, limit: int = 50) -> dict:
	"""Cars in the stock of the user's stores.

	Args:
		filters: any of brand, model, series, status, dealership, exterior_colour, interior_colour, price_to. Without a status:
			what can be sold, in stock or used stock.

	Returns:
		rows, and count as far as the limit goes.
	"""
	require_permission("C4S Vehicle", "read")
	criteria = _criteria(filters, {*EQUAL[:4], *CONTAINED, "series", "price_to"})
	conditions = _conditions(criteria)
	if not criteria.get("status"):
		conditions.append(["status", "in", OFFERED])
	if criteria.get("price_to"):
		conditions += [["asking_price", "<=", flt(criteria["price_to"])], ["asking_price", ">", 0]]
	return _answer("Stock", criteria, conditions, STOCK_FIELDS, "in_stock_since asc, name asc", limit)


@frappe.whitelist(methods=["POST"])
def query_purchase_orders(filters: dict | str | None = None, limit: int = 50) -> dict:
	"""Cars that the user's stores ordered, by any of brand, model, series, status, dealership, supplier, purchase_order_number,
	ordered_from, ordered_to. Without a status: what has not arrived yet.

	Returns:
		rows, and count as far as the limit goes.
	"""
	require_permission("C4S Vehicle", "read")
	criteria = _criteria(filters, {*EQUAL, "series", "ordered_from", "ordered_to"})
	conditions = _conditions(criteria)
	if not criteria.get("status"):
		conditions.append(["status", "in", HELD[: HELD.index(IN_STOCK)]])
	for field, comparison in (("ordered_from", ">="), ("ordered_to", "<=")):
		if criteria.get(field):
			conditions.append(["ordered_on", comparison, criteria[field]])
	return _answer("Purchase Order", criteria, conditions, ORDER_FIELDS, "ordered_on asc, name asc", limit)


def _criteria(filters: dict | str | None, allowed: set[str]) -> dict:
	criteria = {name: value for name, value in (frappe.parse_json(filters) or {}).items() if value not in (None, "")}
	unknown = sorted(set(criteria) - allowed)
	if unknown:
		frappe.throw(_("{0} is no criterion of this query; possible are {1}.").format(", ".join(unknown), ", ".join(sorted(allowed))))
	if criteria.get("status") and criteria["status"] not in HELD:
		frappe.throw(_("{0} is no status of a car in stock or on order.").format(criteria["status"]))
	return {name: str(value) for name, value in criteria.items()}


def _conditions(criteria: dict) -> list:
	conditions: list = [[field, "=", criteria[field]] for field in EQUAL if field in criteria]
	conditions += [[field, "like", f"%{criteria[field]}%"] for field in CONTAINED if field in criteria]
	if "series" in criteria:
		models = frappe.get_all("C4S Vehicle Model", {"series": criteria["series"]}, pluck="name", limit=1000)
		conditions.append(["model", "in", models or [""]])
	stores = stores_of()
	if stores is not None:
		conditions.append(["dealership", "in", stores or [""]])
	return conditions


def _answer(kind: str, criteria: dict, conditions: list, fields: list[str], order_by: str, limit: int) -> dict:
	rows = frappe.get_list(
		"C4S Vehicle", filters=conditions, fields=fields, order_by=order_by, limit=min(max(limit, 1), MOST_ROWS)
	)
	log_query(kind, criteria, len(rows), criteria.get("dealership"))
	return {"rows": rows, "count": len(rows)}
