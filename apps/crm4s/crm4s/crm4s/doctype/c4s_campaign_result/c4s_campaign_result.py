"""What came of a campaign in one store and group. Written by campaigns/results.py only."""

import frappe
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission

RESULT = "C4S Campaign Result"


class C4SCampaignResult(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(RESULT, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(RESULT, ["campaign", "dealership", "arm"])
