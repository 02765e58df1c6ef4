"""Which document types there are, without a question to the database for each request."""

import frappe

from crm4s.access.shapes import LONGEST_NAME

KNOWN = "c4s_known_document_types"


def is_type(name: str) -> bool:
	"""Whether there is such a document type. One that was found is remembered: each list asks, and types hardly ever go; the framework itself says when one has."""
	if len(name) > LONGEST_NAME or "\0" in name:
		return False
	if not frappe.cache.hget(KNOWN, name):
		if not frappe.db.exists("DocType", name):
			return False
		frappe.cache.hset(KNOWN, name, 1)
	return True
