"""The one store that what a user does is booked to when the user does not say which, and the stores to choose from."""

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from crm4s.access.required import require_permission
from crm4s.access.stores import DEALERSHIP, stores_of


def own_store(user: str | None = None) -> str | None:
	"""The user's default dealership; without one the only outlet among the user's stores; else None."""
	assigned = get_user_permissions(user or frappe.session.user).get(DEALERSHIP) or []
	default = next((row["doc"] for row in assigned if row.get("is_default")), None)
	stores = [default] if default else [row["doc"] for row in assigned]
	outlets = frappe.get_all(DEALERSHIP, {"name": ["in", stores or [""]], "is_group": 0}, pluck="name", limit=2)
	return outlets[0] if len(outlets) == 1 else None


def take_own_store(document) -> None:
	"""Give a new document that names no store the one of whoever makes it; for `before_insert`.

	Frappe takes no default from the User Permission where the field ignores it, as dealings must (docs/decisions/store-isolation.md).
	"""
	document.dealership = document.dealership or own_store()


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search(doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None) -> list:
	"""Name, title and city of the user's own stores, for a field that asks to which store something belongs.

	For those who may read dealerships. Fields that ignore User Permissions are offered every store of the group by Frappe itself.
	"""
	require_permission(DEALERSHIP, "read")
	conditions = {**(filters if isinstance(filters, dict) else {})}
	stores = stores_of()
	if stores is not None:
		conditions["name"] = ["in", stores or [""]]
	return frappe.get_list(
		DEALERSHIP,
		fields=["name", "dealership_name", "city"],
		filters=conditions,
		or_filters={field: ["like", f"%{txt}%"] for field in ("name", "dealership_name", "city")} if txt else None,
		order_by="lft",
		limit_start=start,
		limit_page_length=page_len,
		as_list=True,
	)
