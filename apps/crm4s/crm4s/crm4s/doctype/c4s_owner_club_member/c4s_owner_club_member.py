"""A customer in an owner club. Who leaves keeps the row, with the last day; who comes back gets it again."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm4s.access.customers import related_condition, require_customer, sees_customer
from crm4s.access.rows import seen_parents_condition
from crm4s.segments import clubs
from crm4s.segments.clubs import CLUB, MEMBER


class C4SOwnerClubMember(Document):
	def validate(self):
		if self.is_new() and not self.flags.ignore_permissions:
			require_customer(self.customer)
		self.validate_once()
		self.validate_days()
		if self.is_new():
			clubs.validate_may_join(self.club, self.customer)

	def validate_once(self):
		known = frappe.db.get_value(MEMBER, {"club": self.club, "customer": self.customer, "name": ["!=", self.name or ""]})
		if known:
			frappe.throw(_("This customer is in the club already."), frappe.UniqueValidationError)

	def validate_days(self):
		if self.until and getdate(self.until) < getdate(self.since):
			frappe.throw(_("A membership of the club cannot end before it begins."))


def get_permission_query_conditions(user: str | None = None) -> str:
	conditions = (related_condition(f"`tab{MEMBER}`.`customer`", user), seen_parents_condition(MEMBER, "club", CLUB, user))
	return " and ".join(condition for condition in conditions if condition)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	# Of a new one the form is opened before anything is chosen; whom it is about is asked when it is saved.
	seen = not doc.customer or sees_customer(doc.customer, user)
	return seen and (not doc.club or frappe.has_permission(CLUB, "read", doc=doc.club, user=user))


def on_doctype_update() -> None:
	frappe.db.add_unique(MEMBER, ["club", "customer"])
