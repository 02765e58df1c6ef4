"""Boards of a store are read anew when its jobs or visits change.

The message that every reader of jobs receives names a store and nothing else; what happened there is read with the reader's rights.
"""

import frappe
from frappe.realtime import get_doctype_room

BOARD_CHANGED = "c4s_workshop_changed"


def tell_board(dealership: str) -> None:
	frappe.publish_realtime(BOARD_CHANGED, {"dealership": dealership}, room=get_doctype_room("C4S Repair Job"), after_commit=True)


def visit_changed(visit, event: str | None = None) -> None:
	"""Boards show what customers said and were promised, too."""
	tell_board(visit.dealership)
