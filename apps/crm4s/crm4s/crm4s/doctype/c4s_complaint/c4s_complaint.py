"""A customer's complaint: received, answered in time, resolved, closed with the customer's word on it."""

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, flt, get_datetime, now_datetime, time_diff_in_seconds

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.calendars.moments import not_before
from crm4s.complaints import compensation
from crm4s.complaints.clock import is_reopened, keep_deadlines
from crm4s.complaints.opening import say_severity
from crm4s.workflows.states import ProcessDocument

OPEN, RESOLVED, CLOSED = "Open", "Resolved", "Closed"
SUBJECT_LENGTH = 60
# In the order in which they happen.
TIMES = ("received_on", "responded_on", "resolved_on", "closed_on")


class C4SComplaint(ProcessDocument):
	def before_insert(self):
		take_own_store(self)
		self.handler = self.handler or entered_by("C4S Customer Service Representative", "C4S CRM Specialist")

	def before_validate(self):
		say_severity(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle", "service_visit")
		self.set_subject()
		self.validate_category()
		self.count_reopening()
		self.validate_received()
		keep_deadlines(self)
		self.keep_times_of_status()
		self.validate_times_in_order()
		self.validate_solution()
		self.validate_closing()
		self.validate_compensation()
		self.keep_what_actions_wrote()

	def set_subject(self):
		if not (self.subject or "").strip():
			first_line = next(iter((self.description or "").strip().splitlines()), "")
			self.subject = first_line[:SUBJECT_LENGTH]

	def validate_category(self):
		if self.category and frappe.get_cached_value("C4S Complaint Category", self.category, "is_group"):
			frappe.throw(_("{0} is a group of categories; choose one of the categories below it.").format(_(self.category)))

	def validate_received(self):
		"""A wrong year would put off both deadlines."""
		if self.received_on and self.has_value_changed("received_on") and get_datetime(self.received_on) > add_to_date(now_datetime(), minutes=1):
			frappe.throw(_("{0} must not be in the future.").format(_(self.meta.get_label("received_on"))))

	def count_reopening(self):
		before = self.get_doc_before_save()
		self.times_reopened = cint(before.times_reopened) if before else 0
		self.times_reopened += is_reopened(self)

	def keep_times_of_status(self):
		"""Resolving and closing leave their time; opening again takes both away, and what the customer said."""
		if self.status == OPEN:
			self.resolved_on = None
		if self.status == RESOLVED or (self.status == CLOSED and self.solution):
			self.resolved_on = self.resolved_on or now_datetime()
		if self.status != CLOSED:
			self.closed_on = self.closing_note = None
			self.satisfaction = 0
		else:
			self.closed_on = self.closed_on or now_datetime()
		self.closed_loop = int(time_diff_in_seconds(self.closed_on, self.received_on)) if self.closed_on else None

	def validate_times_in_order(self):
		given = [(field, get_datetime(self.get(field))) for field in TIMES if self.get(field)]
		for (earlier, first), (later, second) in zip(given, given[1:]):
			if not_before(second, first) < first:
				frappe.throw(
					_("{0} must not be before {1}.").format(_(self.meta.get_label(later)), _(self.meta.get_label(earlier)))
				)

	def validate_solution(self):
		if self.status == RESOLVED and not (self.solution or "").strip():
			frappe.throw(_("A resolved complaint needs its solution."))
		if self.status == RESOLVED and not self.category:
			frappe.throw(_("A resolved complaint needs its category."))

	def validate_closing(self):
		if not 0 <= cint(self.satisfaction) <= 5:
			frappe.throw(_("Satisfaction is a rating from 1 to 5; leave 0 if the customer gave none."))
		if self.status != CLOSED or (self.closing_note or "").strip():
			return
		if not (self.solution or "").strip():
			frappe.throw(_("A complaint without a solution is closed only with a closing note that says why."))
		if not cint(self.satisfaction):
			frappe.throw(
				_("A closed complaint needs the customer's satisfaction, or a closing note that says why there is none.")
			)

	def validate_compensation(self):
		if self.outcome == "Compensate" and flt(self.compensation_amount) <= 0:
			frappe.throw(_("The outcome is compensation, so the amount must be more than 0."))
		compensation.keep(self)
		compensation.require_approval(self)

	def keep_what_actions_wrote(self):
		"""Whether and how the customer was told is not typed in; a new round tells anew."""
		before = self.get_doc_before_save()
		if self.flags.writes_facts:
			return
		for field in ("feedback_on", "feedback_by"):
			self.set(field, before.get(field) if before and not is_reopened(self) else None)


def on_doctype_update():
	frappe.db.add_index("C4S Complaint", ["dealership", "modified"])
	frappe.db.add_index("C4S Complaint", ["dealership", "workflow_state", "modified"])
	frappe.db.add_index("C4S Complaint", ["status", "resolve_by"])
	# Who gets no marketing; which complaints are alike.
	frappe.db.add_index("C4S Complaint", ["customer", "status"])
	frappe.db.add_index("C4S Complaint", ["dealership", "received_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Complaint", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
