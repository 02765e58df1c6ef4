"""To whom contacts of a kind go, and by when they are answered. Read by crm4s.interactions.routing."""

import frappe
from frappe import _
from frappe.model.document import Document

PERSON = "Person"


class C4SRoutingRule(Document):
	def validate(self):
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
	return True
