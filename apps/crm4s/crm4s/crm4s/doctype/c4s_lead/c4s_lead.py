"""A person who may buy a car: from the first word to won or lost."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, get_datetime, get_link_to_form, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.edge import plain_refusal
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.workflows.states import ProcessDocument
from crm4s.workflows.touchpoints import asks_for

OPEN, WON, LOST = "Open", "Won", "Lost"
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)


class C4SLead(ProcessDocument):
	def before_insert(self):
		take_own_store(self)
		self.sales_consultant = self.sales_consultant or entered_by("C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer")
		self.normalise_phone()
		self.validate_reachable()
		self.validate_contacts()
		self.set_contact_times()
		self.set_next_contact()
		self.keep_one_outcome()
		self.validate_reason_of_defeat()
		self.validate_outcome_times()

	def on_update(self):
		self.warn_of_second_open_lead()

	def normalise_phone(self):
		if self.phone and self.has_value_changed("phone"):
			region = frappe.db.get_single_value("C4S Settings", "default_region") or "CN"
			with plain_refusal():
				self.phone = normalise_phone(self.phone, region)
		self.masked_phone = mask_phone(self.phone) if self.phone else None

	def validate_reachable(self):
		if not (self.phone or self.wechat or self.customer):
			frappe.throw(
				_("A lead needs a phone number, a WeChat account or the customer's file, or nobody can follow it up.")
			)

	def validate_contacts(self):
		received = _to_the_second(self.received_on)
		latest = now_datetime() + CLOCK_TOLERANCE
		for contact in self.contacts:
			contacted = get_datetime(contact.contacted_on)
			if not contacted:
				continue
			if received and contacted < received:
				frappe.throw(
					_("Contact in row {0} is earlier than the lead was received, {1}.").format(
						contact.idx, frappe.format(self.received_on, "Datetime")
					)
				)
			if contacted > latest:
				frappe.throw(
					_("Contact in row {0} lies in the future; enter a contact after it took place.").format(contact.idx)
				)
			if contact.next_contact_on and getdate(contact.next_contact_on) < contacted.date():
				frappe.throw(_("Next contact in row {0} must not be before the contact itself.").format(contact.idx))

	def set_contact_times(self):
		times = sorted(get_datetime(contact.contacted_on) for contact in self.contacts if contact.contacted_on)
		self.first_contacted_on = times[0] if times else None
		self.last_contacted_on = times[-1] if times else None

	def set_next_contact(self):
		"""The date agreed at the last contact, or the grade's interval after it, unless somebody sets another date."""
		if self.status != OPEN:
			self.next_contact_on = None
		elif not self._next_contact_set_by_hand() and self._next_contact_out_of_date():
			self.next_contact_on = _due_date(self)

	def _next_contact_set_by_hand(self) -> bool:
		before = self.get_doc_before_save()
		if not self.next_contact_on:
			return False
		return not before or getdate(self.next_contact_on) != _date_or_none(before.next_contact_on)

	def _next_contact_out_of_date(self) -> bool:
		"""Whether what the date follows from has changed since the last save."""
		before = self.get_doc_before_save()
		if not before or not self.next_contact_on or before.status != OPEN:
			return True
		return (self.grade, _last_contact(self)) != (before.grade, _last_contact(before))

	def keep_one_outcome(self):
		"""Date the outcome that the lead has, and take out what belongs to another: a revived lead is open again."""
		if self.status == WON:
			self.won_on = self.won_on or now_datetime()
		else:
			self.won_on = None
		if self.status == LOST:
			self.lost_on = self.lost_on or now_datetime()
		else:
			self.lost_on = None
			# A defeat that waits for approval is not lost yet, but has its reason.
			if not asks_for(self, "lost_reason"):
				self.lost_reason = self.competitor = self.lost_note = None

	def validate_reason_of_defeat(self):
		if self.status != LOST:
			return
		if not self.lost_reason:
			frappe.throw(_("A lost lead needs its defeat reason."))
		if not (self.lost_note or "").strip():
			frappe.throw(_("A lost lead needs a defeat note: what was tried, and what would have won the customer."))
		if not self.competitor and frappe.get_cached_value("C4S Defeat Reason", self.lost_reason, "needs_competitor"):
			frappe.throw(_("A lead that is lost for the reason {0} needs the competitor.").format(_(self.lost_reason)))

	def validate_outcome_times(self):
		for fieldname in ("won_on", "lost_on"):
			moment = get_datetime(self.get(fieldname)) if self.get(fieldname) else None
			if not moment or not self.received_on:
				continue
			label = _(self.meta.get_label(fieldname))
			if moment < _to_the_second(self.received_on):
				frappe.throw(_("{0} must not be before the lead was received.").format(label))
			if moment > now_datetime() + CLOCK_TOLERANCE:
				frappe.throw(_("{0} must not lie in the future.").format(label))

	def warn_of_second_open_lead(self):
		"""Two consultants must not follow up the same person; but a household may want two cars, so it is only said."""
		if not self.phone or self.status != OPEN or not self._became_open_with_this_phone():
			return
		twin = frappe.db.get_value(
			"C4S Lead",
			{"phone": self.phone, "dealership": self.dealership, "status": OPEN, "name": ["!=", self.name]},
			["name", "lead_name"],
			as_dict=True,
		)
		if twin:
			frappe.msgprint(
				_("{0} has the same phone number and is open in this store as well: {1}").format(
					escape_html(twin.lead_name), get_link_to_form("C4S Lead", twin.name)
				),
				title=_("Second Open Lead"),
				indicator="orange",
			)

	def _became_open_with_this_phone(self) -> bool:
		return any(self.has_value_changed(field) for field in ("phone", "status", "dealership"))


def _due_date(lead) -> date | None:
	last = _last_contact(lead)
	if last and last[1]:
		return last[1]
	if not lead.grade:
		return None
	days = frappe.get_cached_value("C4S Lead Grade", lead.grade, "contact_interval_days")
	return add_days(getdate(last[0] if last else lead.received_on), days)


def _last_contact(lead) -> tuple | None:
	"""When the latest contact took place and the date that was agreed then."""
	rows = [row for row in lead.contacts if row.contacted_on]
	if not rows:
		return None
	last = max(rows, key=lambda row: (get_datetime(row.contacted_on), row.idx))
	return get_datetime(last.contacted_on), _date_or_none(last.next_contact_on)


def _date_or_none(value) -> date | None:
	return getdate(value) if value else None


def _to_the_second(value):
	"""Forms know no fractions of a second, the server's own times do."""
	return get_datetime(value).replace(microsecond=0) if value else None


def on_doctype_update():
	frappe.db.add_index("C4S Lead", ["dealership", "modified"])
	frappe.db.add_index("C4S Lead", ["dealership", "status", "next_contact_on"])
	frappe.db.add_index("C4S Lead", ["dealership", "received_on"])
	frappe.db.add_index("C4S Lead", ["dealership", "workflow_state", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Lead", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
