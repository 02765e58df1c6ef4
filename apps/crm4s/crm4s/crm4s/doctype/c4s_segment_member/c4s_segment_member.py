"""A customer in a segment; written in sets by crm4s.segments."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import related_condition, sees_customer
from crm4s.access.rows import seen_parents_condition
from crm4s.segments.members import MEMBER, SEGMENT


class C4SSegmentMember(Document):
	def before_insert(self):
		frappe.throw(_("Customers come into a segment by its conditions, or are added to a list from the list of customers."))


def get_permission_query_conditions(user: str | None = None) -> str:
	conditions = (related_condition(f"`tab{MEMBER}`.`customer`", user), seen_parents_condition(MEMBER, "segment", SEGMENT, user))
	return " and ".join(condition for condition in conditions if condition)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	if not doc.customer:
		return True
	return sees_customer(doc.customer, user) and frappe.has_permission(SEGMENT, "read", doc=doc.segment, user=user)


def on_doctype_update() -> None:
	frappe.db.add_unique(MEMBER, ["segment", "customer"])
