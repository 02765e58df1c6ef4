"""Boards of a store are read anew when its orders change.

The message that every reader of orders receives names a store and nothing else; what happened there is read with the reader's rights.
"""

import frappe
from frappe.realtime import get_doctype_room

BOARD_CHANGED = "c4s_dispatch_changed"


def tell_board(dealership: str) -> None:
	frappe.publish_realtime(BOARD_CHANGED, {"dealership": dealership}, room=get_doctype_room("C4S Dispatch Order"), after_commit=True)


def appointment_changed(appointment, event: str | None = None) -> None:
	"""A home service stands on the board before a team is sent."""
	if appointment.kind == "Home Service":
		tell_board(appointment.dealership)
