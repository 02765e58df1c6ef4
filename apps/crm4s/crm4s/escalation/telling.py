"""How somebody hears of a step: a notice in the bell, a task, a letter."""

import frappe
from frappe.utils import escape_html, get_link_to_form, nowdate

from crm4s.notices import ring

TASK, MAIL = "Task", "E-Mail"


def tell(user: str, channel: str, document, sentence: str) -> None:
	"""Once, in the caller's transaction; a letter becomes a notice where the site sends none."""
	if channel == MAIL and frappe.db.exists("Email Account", {"default_outgoing": 1, "enable_outgoing": 1}):
		frappe.sendmail(
			recipients=[frappe.db.get_value("User", user, "email")], subject=sentence, add_unsubscribe_link=0,
			message=f"<p>{escape_html(sentence)}</p><p>{get_link_to_form(document.doctype, document.name)}</p>",
			reference_doctype=document.doctype, reference_name=document.name,
		)
		return
	if channel == TASK:
		frappe.get_doc(
			{
				"doctype": "ToDo", "allocated_to": user, "assigned_by": "Administrator", "reference_type": document.doctype, "reference_name": document.name,
				"date": nowdate(), "priority": "High", "description": escape_html(sentence),
			}
		).insert(ignore_permissions=True)
		return
	ring(user, escape_html(sentence), document.doctype, document.name)
