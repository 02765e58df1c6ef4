"""A message to a customer, from the wish to the receipt. Written by crm4s.messages only."""

import frappe
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission

MESSAGE = "C4S Message"


class C4SMessage(Document):
	pass


def on_doctype_update() -> None:
	# What is due now.
	frappe.db.add_index(MESSAGE, ["status", "next_attempt_on"])
	# How many a customer had lately.
	frappe.db.add_index(MESSAGE, ["customer", "sent_on"])
	# How many went through a channel lately; whose receipt it is.
	frappe.db.add_index(MESSAGE, ["channel", "call_began_on"])
	frappe.db.add_index(MESSAGE, ["dealership", "modified"])
	# What was asked for and what was sent in a time, by all stores or one of them.
	frappe.db.add_index(MESSAGE, ["creation", "dealership"])
	frappe.db.add_index(MESSAGE, ["sent_on", "dealership", "cost"])
	frappe.db.add_index(MESSAGE, ["reference_doctype", "reference_name"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(MESSAGE, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
