"""A customer who comes back with the same matter was not helped the first time, whatever the agent thought."""

import frappe
from frappe.utils import add_days, cint

from crm4s.settings import setting

INTERACTION = "C4S Interaction"


def take_back_resolved(contact) -> None:
	"""Earlier contacts of the same customer (a stranger: the same number) about the same category, within *Same Matter within Days*, count no more as resolved at first contact."""
	who = {"customer": contact.customer} if contact.customer else {"contact_phone": contact.contact_phone}
	if contact.direction != "Inbound" or not contact.category or not any(who.values()) or not _is_news(contact):
		return
	since = add_days(contact.received_on, -cint(setting("same_matter_days")))
	earlier = {**who, "category": contact.category, "direction": "Inbound", "first_contact_resolved": 1, "received_on": ["between", [since, contact.received_on]], "name": ["!=", contact.name]}
	for name in frappe.get_all(INTERACTION, earlier, pluck="name", limit=100):
		frappe.db.set_value(INTERACTION, name, "first_contact_resolved", 0)


def _is_news(contact) -> bool:
	return any(contact.has_value_changed(field) for field in ("customer", "category", "contact_phone"))
