"""What reception and consultants are told at once: who shows a board reads it anew, and a consultant learns of a visitor.

The message that every reader of visits receives names a store and nothing else; what happened there is read with the reader's rights.
"""

import frappe
from frappe import _
from frappe.realtime import get_doctype_room

from crm4s.notices import ring

BOARD_CHANGED = "c4s_reception_changed"
HANDED_OVER = "c4s_visitor_handed_over"


def tell_reception(dealership: str) -> None:
	"""Boards of this store are read anew, once the change is stored."""
	frappe.publish_realtime(
		BOARD_CHANGED, {"dealership": dealership}, room=get_doctype_room("C4S Showroom Visit"), after_commit=True
	)


def tell_consultant(visit) -> None:
	"""A notice on the consultant's screen, and one in the bell for whoever was away from it."""
	if visit.sales_consultant == frappe.session.user:
		return
	message = {
		"visit": visit.name,
		"visitor": visit.visitor_name,
		"purpose": visit.purpose,
		"party_size": visit.party_size,
		"model": visit.interested_model and frappe.get_cached_value("C4S Vehicle Model", visit.interested_model, "model_title"),
	}
	frappe.publish_realtime(HANDED_OVER, message, user=visit.sales_consultant, after_commit=True)
	language = frappe.db.get_value("User", visit.sales_consultant, "language")
	sentence = _("A visitor waits for you: {0}", lang=language)
	name = frappe.utils.escape_html(visit.visitor_name or _("Visitor", lang=language))
	ring(visit.sales_consultant, sentence.format(name), visit.doctype, visit.name, by=frappe.session.user)
