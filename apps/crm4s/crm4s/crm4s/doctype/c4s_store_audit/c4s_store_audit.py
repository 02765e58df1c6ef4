"""A mystery visit or an on-site assessment of a store, from its plan to its publish. Its status is written by `audits/steps.py` only."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, getdate, now_datetime

from crm4s.audits import steps
from crm4s.audits.access import PLANNED, UNDER_WAY, audit_condition, may, plans
from crm4s.surveys import questions
from crm4s.surveys.questions import AnswerError

KINDS = ("Mystery Shopper", "On-Site Assessment")
# What planners decide; auditors answer.
PLAN = ("survey", "dealership", "auditor", "window_from", "window_until", "follow_up_of", "scenario")
# What only steps write.
WRITTEN = ("status", "version", "score", "rated_answers", "compared_with", "change_in_score", "published_on", "published_by", "response", "consequence", "consequence_reason", "cancel_reason")


class C4SStoreAudit(Document):
	def before_insert(self):
		self.update({**dict.fromkeys(WRITTEN), "status": PLANNED, "score": 0, "rated_answers": 0, "change_in_score": 0})
		self.version = None

	def validate(self):
		if self.flags.by_step:
			return
		self.validate_plan()
		self.keep_what_steps_write()
		self.read_answers()

	def validate_plan(self):
		self.audit_kind = frappe.get_cached_value("C4S Survey", self.survey, "survey_kind")
		if self.audit_kind not in KINDS:
			frappe.throw(_("Survey {0} is neither for mystery shoppers nor for assessments of outlets.").format(self.survey))
		if getdate(self.window_until) < getdate(self.window_from):
			frappe.throw(_("The last day of the visit must not be before the first."))
		if self.has_value_changed("auditor") and "C4S Auditor" not in frappe.get_roles(self.auditor):
			frappe.throw(_("{0} does not have the role Auditor.").format(frappe.bold(frappe.utils.escape_html(self.auditor))))
		if self.follow_up_of and frappe.db.get_value("C4S Store Audit", self.follow_up_of, "dealership") != self.dealership:
			frappe.throw(_("The earlier audit must be of the same store."))
		before = self.get_doc_before_save()
		# A form sends days as text.
		if before and not plans() and any(cstr(before.get(field)) != cstr(self.get(field)) for field in PLAN):
			frappe.throw(_("Only those who plan audits may do that."), frappe.PermissionError)

	def keep_what_steps_write(self):
		before = self.get_doc_before_save()
		if before:
			self.update({field: before.get(field) for field in WRITTEN})

	def read_answers(self):
		"""Each answer as its question allows it; what is missing is asked for when the audit is handed in."""
		before = self.get_doc_before_save()
		if self.status not in (PLANNED, UNDER_WAY):
			if before and _given(before) != _given(self):
				frappe.throw(_("What was handed in is not changed any more; it can be given back to the auditor."))
			return
		if not self.answers:
			return
		asked = {question["row"]: question for question in steps.content_of(self)["questions"]}
		if len({row.question_row for row in self.answers}) < len(self.answers):
			frappe.throw(_("A question was answered twice."))
		for row in self.answers:
			question = asked.get(row.question_row)
			if not question:
				frappe.throw(_("The answers must be to the questions of survey {0}.").format(self.survey))
			try:
				row.text = questions.read(question, cstr(row.text))
			except AnswerError as refusal:
				frappe.throw(str(refusal))
			row.update({"question": question["question"], "question_kind": question["question_kind"], "code": question["code"], "section": question["heading"]})
			row.number, row.is_low = questions.number_of(question, row.text), cint(questions.is_low(question, row.text))
		self.status, self.visited_on = UNDER_WAY, self.visited_on or now_datetime()


def _given(audit) -> list[tuple]:
	return [(row.question_row, cstr(row.text), cstr(row.reason), cstr(row.photo)) for row in audit.answers]


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Store Audit", ["dealership", "survey", "visited_on"])
	frappe.db.add_index("C4S Store Audit", ["auditor", "status"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return audit_condition(user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return may(doc, ptype, user)
