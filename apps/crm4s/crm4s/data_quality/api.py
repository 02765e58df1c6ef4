"""What forms ask about the quality of a file."""

import frappe

from crm4s.access.required import require_document
from crm4s.data_quality.completeness import DOCTYPES, missing_of


@frappe.whitelist()
def missing(doctype: str, name: str) -> list[str]:
	"""What is not known of a customer or a car and counts, the heaviest first; for those who may read the document."""
	document = require_document(doctype, name, "read", locking=False)
	return missing_of(document) if doctype in DOCTYPES.values() else []
