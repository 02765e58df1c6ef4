"""Which stores a report counts: those that were chosen, as far as its reader works for them."""

import frappe
from frappe.utils.nestedset import get_descendants_of

from crm4s.access.stores import DEALERSHIP, stores_of


def stores_to_count(chosen: str | None, user: str | None = None) -> list[str] | None:
	"""The nodes whose documents count, or None where all of the group do; an empty list where nothing may be read.

	Args:
		chosen: a node of the dealership tree; the stores below it count with it.
	"""
	allowed = stores_of(user)
	if not chosen:
		return allowed
	wanted = nodes_below(chosen)
	return wanted if allowed is None else sorted(set(wanted) & set(allowed))


def nodes_below(chosen: str) -> list[str]:
	"""The node itself and all below it."""
	if not frappe.db.exists(DEALERSHIP, chosen):
		return [chosen]
	return [chosen, *get_descendants_of(DEALERSHIP, chosen, ignore_permissions=True)]


def sees_all(chosen: str | None = None, user: str | None = None) -> bool:
	"""Whether nothing is left out: neither by the reader's stores nor by the chosen ones. For what is said of all stores together."""
	stores = stores_to_count(chosen, user)
	return stores is None or set(frappe.get_all(DEALERSHIP, {"parent_c4s_dealership": ["in", ["", None]]}, pluck="name")) <= set(stores)


def keep_stores(query, field, chosen: str | None):
	"""`query` with the condition that `field` is one of the stores to count."""
	stores = stores_to_count(chosen, frappe.session.user)
	return query if stores is None else query.where(field.isin(stores or [""]))
