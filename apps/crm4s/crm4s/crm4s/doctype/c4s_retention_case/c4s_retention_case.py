"""A customer whom we may lose, or have lost: from the plan over contact and objections to the visit that wins the car back, or the end."""

import frappe
from frappe import _
from frappe.utils import get_datetime, get_link_to_form, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.documents import OwnFacts
from crm4s.exceptions import NotWonBackError, OpenCaseError
from crm4s.masked_twins import plate_in_title
from crm4s.retention import contacts, offers, winning
from crm4s.retention.cases import ENDED, OPEN, WON_BACK, key_of, open_case_of
from crm4s.rows.writer import lock_rows
from crm4s.workflows.states import ProcessDocument

CAR, CUSTOMER = "C4S Vehicle", "C4S Customer"
# What crm4s.retention writes, not a form.
FACTS = (
	*("churn_stage", "away_since", "value_level", "care_task", "offer_approval", "offer_decided_by", "offer_given_on", "coupon"),
	*("appointment", "won_back_visit", "won_back_on", "ended_on", "repurchase_deal", "repurchased_on"),
)


class C4SRetentionCase(OwnFacts, ProcessDocument):
	def before_insert(self):
		take_own_store(self)
		self.handler = self.handler or entered_by("C4S CRM Specialist", "C4S Customer Service Representative")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle")
		self.keep_facts()
		self.keep_calls()
		self.validate_one_open_case()
		self.validate_next_contact()
		contacts.plan(self)
		self.set_objections()
		offers.keep(self)
		self.validate_won_back()
		self.validate_ended()
		self.set_title()

	def on_update(self):
		if not self.flags.writes_facts:
			contacts.open_calls_of(self)

	@property
	def key(self) -> str:
		return key_of(self.customer, self.vehicle, self.dealership)

	def keep_facts(self):
		"""Take back what a form or a request sent along for what only actions write."""
		if self.is_new():
			self.set_facts_of_opening()
		if self.flags.writes_facts:
			return
		before = self.get_doc_before_save()
		# Visits win a case that came after this moment, so nobody chooses it.
		if before or not frappe.flags.in_import:
			self.opened_on = before.opened_on if before else now_datetime()
		for fieldname in FACTS if before else FACTS[3:]:
			self.set(fieldname, before.get(fieldname) if before else None)

	def set_facts_of_opening(self):
		"""How the car and the customer stood when the case was opened."""
		car = self.vehicle and frappe.db.get_value(CAR, self.vehicle, ["churn_stage", "last_workshop_visit_on", "delivered_on"], as_dict=True)
		self.churn_stage = car.churn_stage if car else None
		self.away_since = (car.last_workshop_visit_on or car.delivered_on) if car else None
		self.value_level = frappe.db.get_value(CUSTOMER, self.customer, "value_level")

	def keep_calls(self):
		"""Which call belongs to which contact is written by the call."""
		if self.flags.writes_facts:
			return
		before = self.get_doc_before_save()
		calls = {row.name: row.care_task for row in before.contacts} if before else {}
		for row in self.contacts:
			row.care_task = calls.get(row.name)
			if row.outcome and not row.done_on:
				row.done_on = getdate()

	def validate_one_open_case(self):
		"""Nobody wants to be called by two colleagues about coming back."""
		self.open_key = self.key if self.status == OPEN else None
		before = self.get_doc_before_save()
		if not self.open_key or (before and before.open_key == self.open_key):
			return
		if before and before.status == OPEN and before.key == self.key:
			# Of several from before this rule the newest has the key; the others can go on to their end.
			self.open_key = before.open_key
			return
		# Two who open a case for the same car take turns here; the unique key stands behind them.
		lock_rows(*((CAR, [self.vehicle]) if self.vehicle else (CUSTOMER, [self.customer])))
		other = open_case_of(self.open_key, without=self.name, locking=True)
		if not other:
			return
		if not frappe.has_permission(self.doctype, "read", doc=other):
			frappe.throw(_("Another store works on winning this car back already."), OpenCaseError)
		message = _("This car has an open case already: {0}") if self.vehicle else _("This customer has an open case in this store already: {0}")
		frappe.throw(message.format(get_link_to_form(self.doctype, other)), OpenCaseError)

	def validate_next_contact(self):
		if self.status == OPEN and self.next_contact_on and not contacts.open_rows(self):
			if self.has_value_changed("next_contact_on") and getdate(self.next_contact_on) < getdate():
				frappe.throw(_("Next Contact On must not be in the past."))

	def set_objections(self):
		if self.objection_rows:
			self.objections = "\n".join(row.objection for row in self.objection_rows if row.objection)

	def validate_won_back(self):
		"""Only a real visit wins a car back, whoever says so."""
		if self.status != WON_BACK:
			self.won_back_visit = self.won_back_on = None
			return
		# Cases of before it was asked for, and those that a colleague brings from elsewhere as they were.
		before = self.get_doc_before_save()
		if self.won_back_visit or (before and before.status == WON_BACK) or frappe.flags.in_import:
			self.won_back_on = self.won_back_on or now_datetime()
			return
		self.won_back_visit = winning.winning_visit(self)
		if not self.won_back_visit:
			frappe.throw(
				_("A case is won back by a visit to the workshop that begins after the case was opened and is settled; it is then noted by itself."),
				NotWonBackError,
			)
		self.won_back_on = get_datetime(frappe.db.get_value("C4S Service Visit", self.won_back_visit, "settled_on"))

	def validate_ended(self):
		if self.status != ENDED:
			self.ended_on = None
			return
		before = self.get_doc_before_save()
		is_ending = not (before and before.status == ENDED)
		if is_ending and not self.end_reason and not self.flags.ends_without_reason and not frappe.flags.in_import:
			frappe.throw(_("Say why the case ends: enter Why It Ended."), frappe.MandatoryError)
		self.ended_on = self.ended_on or now_datetime()

	def set_title(self):
		name = frappe.db.get_value(CUSTOMER, self.customer, "customer_name")
		plate = self.vehicle and frappe.db.get_value(CAR, self.vehicle, "plate_number")
		self.title = " · ".join(part for part in (name, plate_in_title(plate)) if part)


def on_doctype_update():
	frappe.db.add_index("C4S Retention Case", ["dealership", "modified"])
	frappe.db.add_index("C4S Retention Case", ["dealership", "status", "next_contact_on"])
	frappe.db.add_index("C4S Retention Case", ["dealership", "workflow_state", "modified"])
	# Whose contacts are due, and what the report counts.
	frappe.db.add_index("C4S Retention Case", ["next_contact_by", "status", "next_contact_on"])
	frappe.db.add_index("C4S Retention Case", ["dealership", "opened_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Retention Case", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
