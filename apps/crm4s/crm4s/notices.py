"""The bell of the desk: one notice for one person, that leads to a document."""

import frappe


def ring(user: str, subject: str, document_type: str | None = None, document_name: str | None = None, by: str = "Administrator") -> None:
	"""Leave the notice, in the caller's transaction and with the system's rights; who should hear it, and in which language, is the caller's question.

	Args:
		subject: HTML, so that what people typed is escaped by the caller.
		by: whose doing it is.
	"""
	frappe.get_doc(
		{
			"doctype": "Notification Log", "type": "Alert", "for_user": user, "from_user": by,
			"document_type": document_type, "document_name": document_name, "subject": subject,
		}
	).insert(ignore_permissions=True)
