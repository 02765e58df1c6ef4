"""A contact with somebody, in or out: by phone, letter, web, message or in person. What becomes of it is written by crm4s.interactions.actions."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import strip_html

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.documents import keep_stored
from crm4s.edge import plain_refusal
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.interactions import ladder, origin, outbound, repeats, routing
from crm4s.settings import setting

INTERACTION, CATEGORY = "C4S Interaction", "C4S Interaction Category"
SUBJECT_LENGTH = 80
# What crm4s.interactions writes, not a form.
WRITTEN = (
	*("status", "due_on", "routing_rule", "answered_on", "closed_on", "closed_by", "times_reopened", "first_contact_resolved", "answer"),
	*("reference_doctype", "reference_name", "manufacturer_report", "agent", "started_on", "ended_on", "missed", "exchange", "extension"),
	*("called_number", "source_key", "auto_replied_on", "line_ended_on", "account"),
)


class C4SInteraction(Document):
	def before_insert(self):
		origin.take_letter(self)
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle", "earlier")
		self.keep_what_is_written()
		self.normalise_phone()
		self.validate_category()
		self.set_model()
		self.set_subject()
		self.validate_handler()
		routing.route(self)

	def onload(self):
		self.set_onload("answers_go_out", outbound.brings_answers(self))

	def on_update(self):
		repeats.take_back_resolved(self)
		routing.tell_handler(self)
		ladder.follow(self)

	def on_trash(self):
		ladder.leave(self)

	def keep_what_is_written(self):
		if self.flags.by_centre:
			return
		keep_stored(self, WRITTEN)
		self.status = self.status or "Open"

	def normalise_phone(self):
		if self.contact_phone and self.has_value_changed("contact_phone"):
			with plain_refusal():
				self.contact_phone = normalise_phone(self.contact_phone, setting("default_region"))
		self.masked_phone = mask_phone(self.contact_phone) if self.contact_phone else None

	def validate_category(self):
		kind, is_group = frappe.get_cached_value(CATEGORY, self.category, ["kind", "is_group"]) if self.category else (None, 0)
		if is_group:
			frappe.throw(_("{0} is a group of categories; choose one of the categories below it.").format(_(self.category)))
		self.kind = kind

	def validate_handler(self):
		if self.handler and self.has_value_changed("handler") and not self.flags.ignore_permissions:
			routing.require_handler(self, self.handler)

	def set_model(self):
		if self.vehicle and (not self.model or self.has_value_changed("vehicle")):
			self.model = frappe.db.get_value("C4S Vehicle", self.vehicle, "model")

	def set_subject(self):
		before = self.get_doc_before_save()
		# Words that follow later make a better subject than the one that stood in for them.
		if before and self.subject == before.subject == _beginning_of(before):
			self.subject = None
		self.subject = strip_html((self.subject or "").strip())[:140] or _beginning_of(self)


def _beginning_of(interaction) -> str:
	first_line = next(iter((interaction.said or "").strip().splitlines()), "")
	return first_line[:SUBJECT_LENGTH] or _(interaction.category or interaction.channel)


def on_doctype_update() -> None:
	frappe.db.add_index(INTERACTION, ["dealership", "modified"])
	frappe.db.add_index(INTERACTION, ["dealership", "status", "due_on"])
	frappe.db.add_index(INTERACTION, ["handler", "status", "due_on"])
	frappe.db.add_index(INTERACTION, ["customer", "received_on"])
	frappe.db.add_index(INTERACTION, ["vehicle", "received_on"])
	# The call in hand, and what an agent did today.
	frappe.db.add_index(INTERACTION, ["agent", "started_on"])
	frappe.db.add_index(INTERACTION, ["dealership", "received_on"])
	# All stores' contacts of a time, for reports.
	frappe.db.add_index(INTERACTION, ["received_on", "dealership"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(INTERACTION, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
