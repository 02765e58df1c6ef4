"""A dealer management system that is connected, and what it may; the engine is crm4s.dms."""

import re
from ipaddress import ip_network

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

INTEGRATION = "C4S DMS Integration"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class C4SDMSLink(Document):
	def validate(self):
		self.validate_name()
		self.validate_user()
		self.validate_addresses()
		self.refuse_twice("entities", ("entity",))
		self.refuse_twice("stores", ("dealership",))
		self.refuse_twice("stores", ("their_code",))
		self.refuse_twice("fields_of_link", ("entity", "our_field"))
		self.refuse_twice("values_of_link", ("entity", "our_field", "given"))

	def validate_name(self):
		"""It is part of every external key, which is split at its first colon."""
		if not NAME.fullmatch(self.link_name or ""):
			frappe.throw(_("{0} must be a short name of letters, digits and hyphens.").format(_("Link Name")))

	def validate_user(self):
		"""Who signs in for a machine is nobody who works here, so that a stolen key opens nothing else."""
		if INTEGRATION not in frappe.get_roles(self.user):
			frappe.throw(_("User {0} needs the role {1}.").format(frappe.bold(escape_html(self.user)), frappe.bold(_(INTEGRATION))))
		if frappe.db.get_value("User", self.user, "user_type") == "System User":
			frappe.throw(_("User {0} works in the desk; a link needs a user of its own.").format(frappe.bold(escape_html(self.user))))

	def validate_addresses(self):
		for line in (self.allowed_addresses or "").split():
			try:
				ip_network(line, strict=False)
			except ValueError:
				frappe.throw(_("{0} is no address or network.").format(frappe.bold(escape_html(line))))

	def refuse_twice(self, table: str, fields: tuple[str, ...]):
		seen = set()
		for row in self.get(table):
			said = tuple((row.get(field) or "").strip().casefold() for field in fields)
			if said in seen and all(said):
				frappe.throw(_("Row {0} of {1} says the same as a row above.").format(row.idx, frappe.bold(_(self.meta.get_label(table)))))
			seen.add(said)

	def on_update(self):
		frappe.cache.delete_value("c4s_dms_links")

	def on_trash(self):
		frappe.cache.delete_value("c4s_dms_links")
