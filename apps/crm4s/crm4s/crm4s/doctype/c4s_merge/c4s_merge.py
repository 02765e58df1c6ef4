"""Two files of one customer that became one. Written by `crm4s.merging` only; whoever may create one may merge."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import related_condition, sees_customer


class C4SMerge(Document):
	def before_insert(self):
		if not self.flags.by_merge:
			frappe.throw(_("Customers are merged in the comparison of two files, not by entering a merge."))

	def on_trash(self):
		frappe.throw(_("A merge is undone, not deleted."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return related_condition("`tabC4S Merge`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return not doc.customer or sees_customer(doc.customer, user)
