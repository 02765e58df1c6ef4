"""A person who may buy a car: from the first word to won or lost."""

from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.assignment.giving import give_new_lead, say_who_got_it
from crm4s.calendars.moments import not_before
from crm4s.edge import plain_refusal
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.leads import joining, score
from crm4s.leads.defeats import keep_defeat, queue_lost_survey
from crm4s.leads.holding import ensure_may_change_hands, note_holder
from crm4s.leads.mail import complete_mailed_lead
from crm4s.leads.next_step import our_contacts, set_next_step
from crm4s.leads.pool import hides_pool, may_see_pooled
from crm4s.leads.response import set_response
from crm4s.workflows.states import ProcessDocument
from crm4s.workflows.touchpoints import asks_for

OPEN, WON, LOST = "Open", "Won", "Lost"
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)


class C4SLead(ProcessDocument):
	def before_insert(self):
		complete_mailed_lead(self)
		take_own_store(self)
		self.sales_consultant = self.sales_consultant or entered_by("C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer")
		ensure_may_change_hands(self)
		self.normalise_phone()
		self.validate_reachable()
		self.validate_separate_purchase()
		self.validate_budget()
		self.set_models()
		joining.set_open_key(self)
		self.validate_contacts()
		self.set_contact_times()
		set_response(self)
		set_next_step(self)
		self.keep_one_outcome()
		self.validate_reason_of_defeat()
		self.validate_outcome_times()

	def before_save(self):
		give_new_lead(self)
		note_holder(self)

	def after_insert(self):
		say_who_got_it(self)

	def on_update(self):
		self.write_score()
		queue_lost_survey(self)

	def on_trash(self):
		frappe.db.delete("C4S Lead Movement", {"lead": self.name})

	def db_insert(self, *arguments, **options):
		with self.refusing_twins():
			return super().db_insert(*arguments, **options)

	def db_update(self):
		with self.refusing_twins():
			return super().db_update()

	@contextmanager
	def refusing_twins(self):
		"""Two that arrive at the same moment do not see each other; the unique index does."""
		try:
			yield
		except frappe.UniqueValidationError as error:
			twin = joining.find_open(self.open_phone_key, self.name, latest=True) if joining.is_twin_error(error) else None
			if not twin:
				raise
			frappe.clear_last_message()
			joining.refuse_twin(twin)

	def normalise_phone(self):
		if self.phone and self.has_value_changed("phone"):
			region = frappe.db.get_single_value("C4S Settings", "default_region") or "CN"
			with plain_refusal():
				self.phone = normalise_phone(self.phone, region)
		self.masked_phone = mask_phone(self.phone) if self.phone else None

	def validate_reachable(self):
		if not (self.phone or self.wechat or self.email or self.customer):
			frappe.throw(
				_("A lead needs a phone number, a WeChat account, an e-mail address or the customer's file, or nobody can follow it up.")
			)

	def validate_separate_purchase(self):
		if cint(self.separate_purchase) and not (self.separate_reason or "").strip():
			frappe.throw(_("Say why this is a separate purchase: who buys the other car, or what for."))

	def validate_budget(self):
		if self.budget and self.budget_from and self.budget_from > self.budget:
			frappe.throw(_("Budget From must not be more than Budget To."))

	def set_models(self):
		"""The main model is the first of the others where nobody named one, and stands in one place only."""
		if not self.interested_model and self.other_models:
			self.interested_model = self.other_models[0].model
		kept = {row.model: row for row in self.other_models if row.model != self.interested_model}
		if len(kept) != len(self.other_models):
			self.set("other_models", list(kept.values()))

	def validate_contacts(self):
		received = get_datetime(self.received_on) if self.received_on else None
		latest = now_datetime() + CLOCK_TOLERANCE
		for contact in self.contacts:
			contacted = get_datetime(contact.contacted_on)
			if not contacted:
				continue
			if received and contacted < received:
				contact.contacted_on = contacted = not_before(contacted, received)
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
		times = our_contacts(self)
		self.first_contacted_on = times[0] if times else None
		self.last_contacted_on = times[-1] if times else None

	def keep_one_outcome(self):
		"""Date the outcome that the lead has, and take out what belongs to another: a revived lead is open again."""
		if self.status == WON:
			self.won_on = self.won_on or now_datetime()
		else:
			self.won_on = None
		if self.status == LOST:
			self.lost_on = self.lost_on or now_datetime()
		else:
			keep_defeat(self)
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
			if not_before(moment, received := get_datetime(self.received_on)) < received:
				frappe.throw(_("{0} must not be before the lead was received.").format(label))
			if moment > now_datetime() + CLOCK_TOLERANCE:
				frappe.throw(_("{0} must not lie in the future.").format(label))

	def write_score(self):
		score.recompute([self.name])
		written = frappe.db.get_value(self.doctype, self.name, ["score", "score_explanation"], as_dict=True)
		self.update(written)


def on_doctype_update():
	# What each is for, and what it was measured to save: docs/decisions/lead-indexes.md.
	frappe.db.add_index("C4S Lead", ["dealership", "modified"])
	frappe.db.add_index("C4S Lead", ["dealership", "status", "modified", "in_pool"])
	frappe.db.add_index("C4S Lead", ["dealership", "status", "next_contact_on"])
	frappe.db.add_index("C4S Lead", ["dealership", "received_on"])
	frappe.db.add_index("C4S Lead", ["workflow_state", "dealership", "modified"])
	frappe.db.add_index("C4S Lead", ["sales_consultant", "status", "modified"])
	frappe.db.add_index("C4S Lead", ["in_pool", "dealership", "pooled_on"])
	frappe.db.add_index("C4S Lead", ["status", "grade", "last_contacted_on"])
	funnel = ["received_on", "dealership", "status", "first_contacted_on", "source", "sales_consultant", "interested_model"]
	frappe.db.add_index("C4S Lead", funnel, "funnel")


def get_permission_query_conditions(user: str | None = None) -> str:
	seen = dealing_condition("C4S Lead", user)
	if not hides_pool(user):
		return seen
	return " and ".join(part for part in (seen, "`tabC4S Lead`.`in_pool` = 0") if part)


def has_permission(doc, ptype=None, user=None) -> bool:
	return may_see_pooled(doc, user) and has_dealing_permission(doc, ptype, user)
