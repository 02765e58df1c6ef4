"""Who signs in to the customers' pages. Made by crm4s.portal.accounts; staff lock and unlock it."""

import frappe
from frappe.model.document import Document

from crm4s.access.customers import related_condition, sees_customer
from crm4s.portal import devices
from crm4s.portal.viewer import ACCOUNT, ACTIVE


class C4SPortalAccount(Document):
	def validate(self):
		self.title = frappe.db.get_value("C4S Customer", self.customer, "customer_name")

	def on_update(self):
		self.follow_status()

	def follow_status(self) -> None:
		"""A locked account ends at once, on every phone."""
		if not self.has_value_changed("status"):
			return
		frappe.db.set_value("User", self.user, "enabled", 1 if self.status == ACTIVE else 0)
		if self.status != ACTIVE:
			devices.end_all(self.name)

	def on_trash(self):
		devices.end_all(self.name)
		frappe.db.delete("C4S Portal Access", {"account": self.name})
		frappe.db.set_value("User", self.user, "enabled", 0)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""An account belongs to the customer, who has one file in the group."""
	return related_condition(f"`tab{ACCOUNT}`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return not doc.customer or sees_customer(doc.customer, user)
