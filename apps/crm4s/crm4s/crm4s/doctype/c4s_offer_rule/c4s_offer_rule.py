"""What customers who have one thing often have as well, over the whole group. Written by crm4s.offers.learning only.

Its counts are of all stores together, so only who sees all stores reads it; others read the report Next Offer, which counts their own customers.
"""

import frappe
from frappe.model.document import Document

from crm4s.access.chosen_stores import sees_all

OFFER_RULE = "C4S Offer Rule"


class C4SOfferRule(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return "" if sees_all(user=user) else "1 = 0"


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return sees_all(user=user)


def on_doctype_update() -> None:
	frappe.db.add_unique(OFFER_RULE, ["if_kind", "if_item", "then_kind", "then_item"], "if_then")
