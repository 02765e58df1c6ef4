"""A customer who collects points. The points are written by membership/ledger.py, the tier by membership/tiers.py, by nobody else."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from crm4s.access.customers import related_condition, require_customer, sees_customer
from crm4s.access.own_store import own_store
from crm4s.membership import tiers

WRITTEN = ("tier", "tier_since", "review_on", "balance", "debt", "next_expiry_on", "next_expiry_points", "lots")


class C4SMembership(Document):
	def before_insert(self):
		self.enrolled_at = self.enrolled_at or own_store()
		self.status = "Active"

	def validate(self):
		self.keep_written()
		self.validate_customer()
		self.validate_since()
		self.title = frappe.db.get_value("C4S Customer", self.customer, "customer_name")

	def after_insert(self):
		tiers.begin(self.name)
		self.reload()

	def on_trash(self):
		if frappe.db.exists("C4S Points Entry", {"membership": self.name}):
			frappe.throw(_("A membership with points entries is ended, not deleted."))

	def keep_written(self):
		"""Take back what a form or a request sent along. Not what was read with the document: an entry may have come since."""
		stored = frappe.db.get_value(self.doctype, self.name, WRITTEN, as_dict=True, for_update=True) if not self.is_new() else None
		self.update(stored or {field: 0 if field in ("balance", "debt", "next_expiry_points") else None for field in WRITTEN})

	def validate_customer(self):
		if self.is_new() and not self.flags.ignore_permissions:
			require_customer(self.customer)

	def validate_since(self):
		today = getdate(nowdate())
		if getdate(self.since) > today:
			frappe.throw(_("A membership does not begin in the future."))
		before = self.get_doc_before_save()
		is_new = not before or getdate(before.since) != getdate(self.since)
		if is_new and getdate(self.since) < today and not frappe.has_permission("C4S Points Entry", "create"):
			frappe.throw(_("Only who may give points lets a membership begin on an earlier day."), frappe.PermissionError)


def get_permission_query_conditions(user: str | None = None) -> str:
	return related_condition("`tabC4S Membership`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	stored = None if doc.is_new() else frappe.db.get_value("C4S Membership", doc.name, "customer")
	if not (stored or doc.customer):
		# The form of a new one; whom it is about is asked when it is saved.
		return True
	return sees_customer(stored or doc.customer, user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Membership", ["status", "review_on"])
