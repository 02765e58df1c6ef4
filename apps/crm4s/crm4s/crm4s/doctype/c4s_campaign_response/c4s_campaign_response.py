"""What a customer did after a campaign reached his or her turn. Written by campaigns/attribution.py only."""

import frappe
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission

RESPONSE = "C4S Campaign Response"


class C4SCampaignResponse(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(RESPONSE, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	# Each document is the response to one campaign.
	frappe.db.add_unique(RESPONSE, ["reference_doctype", "reference_name"])
	frappe.db.add_index(RESPONSE, ["campaign", "customer"])
	frappe.db.add_index(RESPONSE, ["dealership", "modified"])
