"""A customer who comes to an event. Places, waiting list and check-in are written by campaigns/registrations.py."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.campaigns import registrations
from crm4s.documents import OwnFacts
from crm4s.exceptions import CampaignError

REGISTRATION = "C4S Event Registration"
FACTS = (
	*("status", "code", "places", "registered_on", "registered_by", "moved_up_on", "attended_on", "checked_in_by", "cancelled_on"),
	*("cancel_reason", "once_key", "title", "masked_phone", "phone_end"),
)


class C4SEventRegistration(OwnFacts, Document):
	def before_insert(self):
		take_own_store(self)
		ensure_links_within_reach(self, "customer", "campaign")
		registrations.admit(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.keep_facts()

	def after_insert(self):
		registrations.count(self.campaign)
		registrations.tell(self)

	def on_trash(self):
		if self.status != "Cancelled":
			frappe.throw(_("Cancel the registration first, so that somebody may move up."), CampaignError)

	def keep_facts(self):
		before = self.get_doc_before_save()
		if before and not self.flags.writes_facts:
			self.update({field: before.get(field) for field in FACTS})


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(REGISTRATION, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_index(REGISTRATION, ["campaign", "status", "registered_on"])
	frappe.db.add_index(REGISTRATION, ["campaign", "phone_end"])
	frappe.db.add_index(REGISTRATION, ["dealership", "modified"])
