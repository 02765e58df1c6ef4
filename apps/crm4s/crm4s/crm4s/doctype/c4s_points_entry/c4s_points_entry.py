"""A row of the points ledger. Only membership/ledger.py writes rows, in sets; people give points on the membership."""

import frappe
from frappe import _

from crm4s.access.customers import related_condition, sees_customer
from crm4s.append_only import AppendOnlyDocument


class C4SPointsEntry(AppendOnlyDocument):
	def before_insert(self):
		frappe.throw(_("Points are given and redeemed on the membership, not by entering a row of the ledger."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return related_condition("`tabC4S Points Entry`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return not doc.customer or sees_customer(doc.customer, user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Points Entry", ["membership", "posted_on"])
	frappe.db.add_index("C4S Points Entry", ["customer", "posted_on"])
	frappe.db.add_index("C4S Points Entry", ["reference_doctype", "reference_name"])
