"""A gift of a campaign that a customer got. Written by campaigns/gifts.py only."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.documents import OwnFacts
from crm4s.exceptions import CampaignError

HAND_OUT = "C4S Gift Hand-Out"


class C4SGiftHandOut(OwnFacts, Document):
	def validate(self):
		if not self.flags.writes_facts:
			frappe.throw(_("Gifts are handed out and taken back with the buttons of the campaign and the hand-out."), CampaignError)

	def on_trash(self):
		if self.status == "Handed Out":
			frappe.throw(_("Take the gift back first, so that it counts again."), CampaignError)


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(HAND_OUT, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_index(HAND_OUT, ["gift", "status"])
	frappe.db.add_index(HAND_OUT, ["campaign", "status"])
	frappe.db.add_index(HAND_OUT, ["dealership", "modified"])
