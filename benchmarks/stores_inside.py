"""What benchmarks/stores.py asks for inside Frappe: who works where and may do what, plates, and where the change feed stands."""

import frappe

from benchmarks import dms_inside
from crm4s.dms.feed import changes
from crm4s.dms.links import link_of

LEAD, VISIT, CUSTOMER, SHOWROOM = "C4S Lead", "C4S Service Visit", "C4S Customer", "C4S Showroom Visit"
# Documents of each kind for each colleague; the same ones again and again would lie in every cache.
KNOWN = 200


def link(stores: list[str]) -> dict[str, str]:
	"""A link for the stores' systems: {"user", "key", "secret", "link"}."""
	# The framework takes the demo's colleagues, all made in an hour, for an attack.
	frappe.local.conf.throttle_user_limit = 1000
	return dms_inside.ready(stores)


def staff() -> list[dict]:
	"""Colleagues of the demo's stores: {"user", "store", "documents": names by document type, "may": by what}."""
	stores = frappe.get_all("C4S Dealership", {"is_group": 0, "dealership_code": ["like", "QL-%"]}, pluck="name")
	places = frappe.get_all("User Permission", {"allow": "C4S Dealership", "for_value": ["in", stores], "user": ["like", "%@demo.example"]}, ["user", "for_value"], order_by="user")
	try:
		return [_colleague(place.user, place.for_value) for place in places]
	finally:
		frappe.set_user("Administrator")


def _colleague(user: str, store: str) -> dict:
	frappe.set_user(user)
	documents = {LEAD: _names(LEAD, status="Open"), VISIT: _names(VISIT), CUSTOMER: _names(CUSTOMER)}
	may = {"works": True, "sees the line": bool(frappe.has_permission(SHOWROOM)), "enters leads": bool(frappe.has_permission(LEAD, "create"))}
	may["saves leads"] = bool(documents[LEAD]) and bool(frappe.has_permission(LEAD, "write"))
	return {"user": user, "store": store, "documents": documents, "may": {**may, **{doctype: bool(names) for doctype, names in documents.items()}}}


def _names(doctype: str, **filters) -> list[str]:
	return frappe.get_list(doctype, filters, pluck="name", limit=KNOWN, order_by="modified desc") if frappe.has_permission(doctype) else []


def plates() -> list[str]:
	return frappe.get_all("C4S Vehicle", {"plate_number": ["is", "set"]}, pluck="plate_number", limit=1000)


def end_of_feed(user: str) -> str:
	"""Where a system that has read everything stands."""
	link, cursor = link_of(user), None
	while True:
		page = changes(link, None, cursor, 1000)
		cursor = page["cursor"]
		if not page["has_more"]:
			return cursor
