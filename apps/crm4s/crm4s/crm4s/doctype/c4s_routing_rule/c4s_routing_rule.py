"""To whom contacts of a kind go, and by when they are answered. Read by crm4s.interactions.routing."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, stores_of

PERSON = "Person"
WRITING = ("create", "write", "delete", "share")


class C4SRoutingRule(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_department()
		self.validate_person()

	def validate_department(self):
		if not self.department.startswith("C4S "):
			frappe.throw(_("{0} is no department: choose one of the roles of this system.").format(frappe.bold(self.department)))

	def validate_person(self):
		if self.method != PERSON:
			self.person = None
		elif not self.person:
			frappe.throw(_("Choose the person to whom it goes."), frappe.MandatoryError)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""Who answers what is the group's order of work, and no secret to those who may read rules."""
	return ""


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Rules of a store are written by who works for it, those of the group by who works for the group."""
	if ptype not in WRITING:
		return True
	return has_store_permission(doc, user) if doc.get("dealership") else stores_of(user) is None
