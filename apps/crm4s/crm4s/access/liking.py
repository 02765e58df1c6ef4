"""Frappe notes in any document that somebody likes it, whoever asks; here who may read it (hook `override_whitelisted_methods`)."""

import frappe
from frappe.desk import like

from crm4s.access.required import require_permission


@frappe.whitelist(methods=["POST"])
def toggle_like(doctype: str, name: str | int, add: str | bool = False) -> None:
	"""Like a document, or like it no more; for those who may read it."""
	require_permission(doctype, "read", name)
	like.toggle_like(doctype, name, add)
