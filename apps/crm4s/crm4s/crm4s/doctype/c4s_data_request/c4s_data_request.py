"""What a person asks of the own data, on the customers' pages or otherwise. Written by crm4s.portal.requests and crm4s.privacy.erasure only."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import related_condition, sees_customer
from crm4s.access.stores import stores_of

REQUEST = "C4S Data Request"


class C4SDataRequest(Document):
	def validate(self):
		self.refuse_other_writers()
		self.set_title()

	def refuse_other_writers(self) -> None:
		if not self.flags.by_requests:
			frappe.throw(_("A request is decided by its buttons."), frappe.PermissionError)

	def set_title(self) -> None:
		name = frappe.db.get_value("C4S Customer", self.customer, "customer_name") if self.customer else self.found_as
		self.title = f"{name} · {_(self.kind)}"[:140]


def get_permission_query_conditions(user: str | None = None) -> str:
	"""A request belongs to the customer, who has one file in the group; of somebody without a file, to the group."""
	return related_condition(f"`tab{REQUEST}`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	if not doc.customer:
		return stores_of(user) is None
	return sees_customer(doc.customer, user)
