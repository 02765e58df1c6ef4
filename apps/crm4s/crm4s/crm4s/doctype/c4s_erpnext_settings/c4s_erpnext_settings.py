"""How the CRM works with ERPNext on the same site: which company, groups and templates, and whose word counts."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.required import require_permission
from crm4s.erpnext_link import choices, first_sync, presence, user

SETTINGS = "C4S ERPNext Settings"


class C4SERPNextSettings(Document):
	def validate(self):
		if not self.enabled:
			return
		presence.require()
		self.validate_user()
		self.validate_once("stores", "dealership")
		self.validate_once("payers", "payer")
		self.validate_once("ways", "method")
		self.validate_once("owners", "our_field")
		self.validate_once("lead_fields", "our_field")
		self.validate_once("lead_fields", "their_field")
		choices.validate(self)

	def validate_user(self):
		"""The link works as a user of its own, so that everybody sees what it wrote."""
		if not self.user:
			frappe.throw(_("User of the Link is needed; press Make User."))
		if presence.ROLE not in frappe.get_roles(self.user) or self.user == "Administrator":
			frappe.throw(_("User of the Link must have the role {0}, and be nobody's own; press Make User.").format(_(presence.ROLE)))

	def validate_once(self, table: str, field: str):
		named = [row.get(field) for row in self.get(table)]
		for row in self.get(table):
			if named.count(row.get(field)) > 1:
				frappe.throw(_("{0} is named twice in {1}; one row is enough.").format(_(row.get(field)), _(self.meta.get_label(table))))


@frappe.whitelist()
def offer() -> dict:
	"""What the form shows: whether ERPNext is there, what may be chosen, how far the first sync is."""
	require_permission(SETTINGS, "read")
	is_there = presence.is_there()
	return {"absent": None if is_there else presence.absent(), "choices": choices.offered(), "sync": first_sync.state()}


@frappe.whitelist(methods=["POST"])
def make_user() -> str:
	"""The name of the link's user; made where there is none."""
	require_permission(SETTINGS, "write")
	presence.require()
	return user.make_user()


@frappe.whitelist(methods=["POST"])
def begin_first_sync() -> dict:
	"""All customers once more: pairs are found or made in the background."""
	require_permission(SETTINGS, "write")
	presence.require()
	if not frappe.db.get_single_value(SETTINGS, "enabled"):
		frappe.throw(_("The link to ERPNext is off; switch it on in its settings first."))
	if first_sync.state().get("running"):
		frappe.throw(_("The first sync is under way already."))
	first_sync.begin()
	return first_sync.state()
