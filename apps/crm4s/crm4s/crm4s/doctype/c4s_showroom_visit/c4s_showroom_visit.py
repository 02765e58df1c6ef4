"""Somebody in the showroom: from the door to a consultant and out again. Who moves a visit on is `crm4s.reception.visits`."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.documents import keep_stored
from crm4s.edge import plain_refusal
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.reception.leads import open_lead_of
from crm4s.reception.notice import tell_reception
from crm4s.settings import setting

VISIT = "C4S Showroom Visit"
WAITING, WITH_CONSULTANT, GONE = "Waiting for Consultant", "With Consultant", "Gone"
FIRST, AGAIN = "First Visit", "Came Again"
# What says who somebody is.
IDENTITY = ("phone", "lead", "customer")
WRITTEN_BY_RECEPTION = ("status", "sales_consultant", "offered_on", "taken_on", "left_on", "place_in_line")
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)


class C4SShowroomVisit(Document):
	def before_insert(self):
		take_own_store(self)
		self.received_by = frappe.session.user

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "lead")
		self.keep_what_reception_writes()
		self.validate_party()
		self.take_facts_of_customer()
		self.normalise_phone()
		self.join_open_lead()
		self.validate_lead()
		self.validate_times()
		self.set_visit_order()
		self.set_minutes()

	def on_update(self):
		tell_reception(self.dealership)

	def on_trash(self):
		tell_reception(self.dealership)

	def keep_what_reception_writes(self):
		"""A form or a caller of the API does not move a visit on: the line of consultants would not follow."""
		if self.flags.by_reception:
			return
		keep_stored(self, WRITTEN_BY_RECEPTION)
		before = self.get_doc_before_save()
		self.status = self.status or WAITING
		if before:
			self.received_by = before.received_by

	def validate_party(self):
		if (self.party_size or 0) < 1:
			frappe.throw(_("Party Size counts everybody who came, so it is 1 at least."))

	def take_facts_of_customer(self):
		"""Name, sex and phone of the customer's file where nobody said another: the number of a file found by a plate is on nobody's screen."""
		if not self.customer or not self.has_value_changed("customer"):
			return
		file = frappe.db.get_value("C4S Customer", self.customer, ["customer_name", "sex", "primary_phone"], as_dict=True)
		self.visitor_name = self.visitor_name or file.customer_name
		self.sex = self.sex or (file.sex if file.sex in ("Male", "Female") else None)
		self.phone = self.phone or file.primary_phone

	def normalise_phone(self):
		if self.phone and self.has_value_changed("phone"):
			with plain_refusal():
				self.phone = normalise_phone(self.phone, setting("default_region"))
		self.masked_phone = mask_phone(self.phone) if self.phone else None

	def join_open_lead(self):
		"""The open lead of the same phone in the same store is what this visit is about."""
		if self.phone and not self.lead and (self.is_new() or self.has_value_changed("phone")):
			self.lead = open_lead_of(self.phone, self.dealership)

	def validate_lead(self):
		if not self.lead or not (self.has_value_changed("lead") or self.has_value_changed("dealership")):
			return
		lead = frappe.db.get_value("C4S Lead", self.lead, ["dealership", "customer", "lead_name", "interested_model"], as_dict=True)
		if lead.dealership != self.dealership:
			frappe.throw(_("Lead {0} belongs to another store than the visit.").format(frappe.bold(self.lead)))
		self.customer = self.customer or lead.customer
		self.visitor_name = self.visitor_name or lead.lead_name
		self.interested_model = self.interested_model or lead.interested_model

	def validate_times(self):
		arrived = get_datetime(self.arrived_on)
		if arrived > now_datetime() + CLOCK_TOLERANCE:
			frappe.throw(_("Arrived On must not lie in the future."))
		for field in ("offered_on", "taken_on", "left_on"):
			if self.get(field) and get_datetime(self.get(field)) < arrived.replace(microsecond=0):
				frappe.throw(_("Arrived On must not be after {0}.").format(_(self.meta.get_label(field))))

	def set_visit_order(self):
		if self.is_new() or any(self.has_value_changed(field) for field in (*IDENTITY, "arrived_on", "dealership")):
			self.visit_order = self.find_visit_order()

	def find_visit_order(self) -> str | None:
		"""First visit or came again; None for somebody who did not say who he or she is."""
		known = [field for field in IDENTITY if self.get(field)]
		if not known:
			return None
		earlier = {"dealership": self.dealership, "arrived_on": ["<", self.arrived_on], "name": ["!=", self.name or ""]}
		is_known = any(frappe.db.exists(VISIT, {**earlier, field: self.get(field)}) for field in known)
		return AGAIN if is_known else FIRST

	def set_minutes(self):
		self.waiting_minutes = _minutes(self.arrived_on, self.taken_on or self.left_on)
		self.duration_minutes = _minutes(self.arrived_on, self.left_on)


def _minutes(start, end) -> int:
	"""Whole minutes; 0 while the end is open."""
	return int((get_datetime(end) - get_datetime(start)).total_seconds() // 60) if start and end else 0


def on_doctype_update():
	frappe.db.add_index(VISIT, ["dealership", "modified"])
	frappe.db.add_index(VISIT, ["dealership", "arrived_on"])
	frappe.db.add_index(VISIT, ["phone", "dealership", "arrived_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(VISIT, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
