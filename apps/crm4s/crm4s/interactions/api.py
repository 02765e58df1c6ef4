"""What the interaction centre, the form of a contact and the customer's file call."""

import frappe
from frappe import _

from crm4s.access.own_store import own_store
from crm4s.access.required import require_permission, require_store
from crm4s.access.staff import assigned_to
from crm4s.interactions import actions, caller as known, desk, outbound, routing
from crm4s.interactions.actions import INTERACTION
from crm4s.reception.board import outlets

# The buttons beside a call: what is made, and of which kind the contact is then.
STEPS = (
	("C4S Service Appointment", "Appointment"),
	("C4S Dispatch Order", "Rescue"),
	("C4S Complaint", "Complaint"),
	("C4S Lead", "Enquiry"),
)


@frappe.whitelist()
def get_choices() -> dict:
	"""The caller's stores, categories, departments, and what the caller may do; for those who read contacts."""
	require_permission(INTERACTION, "read")
	return {
		"stores": outlets(),
		"own_store": own_store(),
		"categories": frappe.get_all(
			"C4S Interaction Category", {"enabled": 1, "is_group": 0}, ["name", "kind", "parent_category"], order_by="sequence, name", limit_page_length=0
		),
		"departments": _departments(),
		"may_take_calls": bool(frappe.has_permission(INTERACTION, "create")),
		"may_enter_customers": bool(frappe.has_permission("C4S Customer", "create")),
		"may_dial": _may_dial(),
		"may_make": [doctype for doctype, _kind in STEPS if frappe.has_permission(doctype, "create")],
	}


@frappe.whitelist(methods=["POST"])
def caller(dealership: str, text: str) -> dict:
	"""Who has this phone, plate, VIN or name, and what is open for them; for those who make contacts. A search in the group is logged, hence POST."""
	require_permission(INTERACTION, "create")
	require_store(dealership)
	return known.find(dealership, text)


@frappe.whitelist()
def get_state(dealership: str, department: str | None = None) -> dict:
	"""The call in hand, what is mine, what nobody has, what I did today; for those who read contacts and work for the store."""
	require_permission(INTERACTION, "read")
	require_store(dealership)
	return desk.state(frappe.session.user, dealership, department)


@frappe.whitelist(methods=["POST"])
def begin(values: dict | str, direction: str = "Inbound") -> str:
	"""A call that begins now; for those who make contacts."""
	require_permission(INTERACTION, "create")
	return actions.begin(frappe.parse_json(values), direction=_direction(direction))


@frappe.whitelist(methods=["POST"])
def note(name: str, values: dict | str) -> None:
	"""What was typed so far; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	actions.note(name, frappe.parse_json(values))


@frappe.whitelist(methods=["POST"])
def finish(name: str, values: dict | str | None = None, resolved: int = 0, answer: str | None = None) -> str:
	"""The call is over; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	return actions.finish(name, frappe.parse_json(values or {}), bool(resolved), answer)


@frappe.whitelist(methods=["POST"])
def answer(name: str, text: str, close: int = 0) -> str:
	"""The customer has our answer, brought there where the provider of the channel takes answers; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	status = actions.answer(name, text, bool(close))
	outbound.bring_answer(frappe.get_doc(INTERACTION, name), text)
	return status


@frappe.whitelist(methods=["POST"])
def hand_on(name: str, department: str | None = None, user: str | None = None, why: str | None = None) -> None:
	"""To another queue or person; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	actions.hand_on(name, department, user, why)


@frappe.whitelist(methods=["POST"])
def take(name: str) -> None:
	"""Out of the queue into my own hands; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	actions.take(name)


@frappe.whitelist(methods=["POST"])
def close(name: str, text: str | None = None) -> None:
	"""Nothing more is to be done; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	actions.close(name, text)


@frappe.whitelist(methods=["POST"])
def reopen(name: str, why: str | None = None) -> None:
	"""The customer came back with it; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	actions.reopen(name, why)


@frappe.whitelist(methods=["POST"])
def set_outcome(name: str, doctype: str, document_name: str) -> None:
	"""What came of the contact; for those who may write it and read what came of it."""
	require_permission(INTERACTION, "write", name)
	actions.set_outcome(name, doctype, document_name)


@frappe.whitelist()
def colleagues(name: str, department: str) -> list[dict]:
	"""To whom of a department a contact may be handed: {value, label}; for those who may write the contact."""
	require_permission(INTERACTION, "write", name)
	store = frappe.db.get_value(INTERACTION, name, "dealership")
	return [{"value": user, "label": frappe.utils.get_fullname(user)} for user in assigned_to(store, department, routing.MOST_PEOPLE)]


def _departments() -> list[str]:
	"""Roles that may answer contacts: those of ours with the right to write them."""
	rows = {row.role for row in frappe.get_meta(INTERACTION).permissions if row.write and not row.permlevel and row.role.startswith("C4S ")}
	return sorted(rows - {"C4S Administrator"})


def _may_dial() -> bool:
	_extension, exchange = outbound.own_telephone(frappe.session.user)
	return bool(exchange and exchange["call_url"])


def _direction(direction: str) -> str:
	if direction not in (actions.INBOUND, actions.OUTBOUND):
		frappe.throw(_("Direction must be one of: {0}").format(", ".join(map(_, (actions.INBOUND, actions.OUTBOUND)))))
	return direction
