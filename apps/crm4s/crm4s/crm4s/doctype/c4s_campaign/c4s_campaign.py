"""What is offered to whom, when, at what cost. The status is written by campaigns/delivery.py, the figures by the other modules of campaigns/."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_datetime, getdate

from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import own_store
from crm4s.access.stores import stores_of
from crm4s.campaigns import costs, gifts, registrations
from crm4s.documents import OwnFacts
from crm4s.exceptions import CampaignError
from crm4s.segments import reach

CAMPAIGN = "C4S Campaign"
FACTS = (
	*("status", "prepared_on", "members_contacted", "members_held_out", "preview_json", "launched_on", "contacted_count", "stopped_because"),
	*("places_taken", "places_waiting", "planned_cost", "actual_cost", "results_on", "reached"),
)


class C4SCampaign(OwnFacts, Document):
	def before_insert(self):
		self.take_store()
		self.responsible = self.responsible or frappe.session.user

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "dealership")
		self.keep_facts()
		self.take_from_kind()
		self.validate_days()
		self.validate_audience()
		self.validate_messages()
		self.validate_event()
		gifts.validate(self)
		costs.estimate(self)

	def on_update(self):
		before = self.get_doc_before_save()
		if not (before and self.has_registrations):
			return
		if get_datetime(before.event_from) != get_datetime(self.event_from):
			registrations.tell_anew(self.name)
		if cint(before.capacity) != cint(self.capacity):
			registrations.move_up(self.name)

	def on_trash(self):
		if frappe.db.exists("C4S Campaign Member", {"campaign": self.name, "counted_from": ["is", "set"]}):
			frappe.throw(_("The campaign has been launched; cancel it instead."), CampaignError)
		if frappe.db.exists("C4S Event Registration", {"campaign": self.name}):
			frappe.throw(_("Customers have registered for this campaign; cancel it instead."), CampaignError)
		frappe.db.delete("C4S Campaign Member", {"campaign": self.name})

	def take_store(self):
		if self.dealership or stores_of() is None:
			return
		self.dealership = own_store()
		if not self.dealership:
			frappe.throw(_("You work for several stores; say for which one the campaign is."), frappe.PermissionError)

	def keep_facts(self):
		"""Take back what a form or a request sent along; customers register and gifts go out while the form is open."""
		if self.flags.writes_facts:
			return
		stored = None if self.is_new() else frappe.db.get_value(CAMPAIGN, self.name, FACTS, as_dict=True, for_update=True)
		self.update(stored or {**dict.fromkeys(FACTS), "status": "Draft"})

	def take_from_kind(self):
		kind = frappe.get_cached_doc("C4S Campaign Kind", self.kind)
		self.update({field: kind.get(field) for field in ("has_registrations", "has_gifts", "has_interviews")})
		if self.is_new():
			self.purpose = self.purpose or kind.purpose

	def validate_days(self):
		if getdate(self.ends_on) < getdate(self.starts_on):
			frappe.throw(_("A campaign does not end before it begins."), CampaignError)

	def validate_audience(self):
		if not 0 <= flt(self.hold_out_percent) < 100:
			frappe.throw(_("Held Out is a share from 0 to below 100 percent."), CampaignError)
		before = self.get_doc_before_save()
		has_begun = before and (before.prepared_on or frappe.db.exists("C4S Campaign Member", {"campaign": self.name}))
		if has_begun and flt(before.hold_out_percent) != flt(self.hold_out_percent):
			frappe.throw(_("The share that is held out cannot change once the audience is prepared: both groups would differ by more than chance."), CampaignError)
		if has_begun and before.dealership != self.dealership:
			frappe.throw(_("The store cannot change once the audience is prepared."), CampaignError)
		if self.customers and (not self.dealership or frappe.db.get_value("C4S Dealership", self.dealership, "is_group")):
			# Each store below reads the campaign, and would read who the customers of the others are.
			frappe.throw(_("Single customers are invited by campaigns of one store; for several stores use a segment."), CampaignError)
		if self.flags.ignore_permissions:
			return
		known = {row.customer for row in before.customers} if before else set()
		for row in self.customers:
			if row.customer not in known and not frappe.has_permission("C4S Customer", "read", doc=row.customer):
				frappe.throw(_("Row {0}: this is no customer of your store.").format(row.idx), frappe.PermissionError)
		kept = {row.segment for row in before.segments} if before else set()
		for row in self.segments:
			if row.segment not in kept and not frappe.has_permission("C4S Segment", "read", doc=row.segment):
				frappe.throw(_("Row {0}: this segment belongs to another store.").format(row.idx), frappe.PermissionError)

	def validate_messages(self):
		channels = [row.channel for row in self.channels]
		if len(set(channels)) < len(channels):
			frappe.throw(_("Each channel stands in the table once."), CampaignError)
		if cint(self.window_days) < 1:
			frappe.throw(_("Counted Days must be at least 1."), CampaignError)

	def validate_event(self):
		if not self.has_registrations:
			return
		if not self.event_from or not self.event_until or get_datetime(self.event_until) <= get_datetime(self.event_from):
			frappe.throw(_("Say when the event begins and, later, ends."), CampaignError)
		if not getdate(self.starts_on) <= getdate(self.event_from) <= getdate(self.ends_on):
			frappe.throw(_("The event lies within the days of the campaign."), CampaignError)
		if self.registration_closes_on and get_datetime(self.registration_closes_on) > get_datetime(self.event_until):
			frappe.throw(_("Registration closes before the event is over."), CampaignError)
		if cint(self.capacity) and cint(self.capacity) < cint(self.places_taken):
			frappe.throw(_("{0} places are taken already.").format(self.places_taken), CampaignError)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""Campaigns of the own stores, and those of the regions and the group above them, in which the store takes part."""
	return reach.seen_condition(CAMPAIGN, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return reach.has_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_index(CAMPAIGN, ["status", "ends_on"])
	frappe.db.add_index(CAMPAIGN, ["dealership", "modified"])
