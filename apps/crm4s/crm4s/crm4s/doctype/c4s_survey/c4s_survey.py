"""A questionnaire: what is asked, on which scale, and what it counts for. What stands here is the draft; responses are given to what was published."""

import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from crm4s.surveys import versions
from crm4s.surveys.questions import WITH_CHOICES, AnswerError, refuse_wrong
from crm4s.value.satisfaction import NPS_KIND

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")


class C4SSurvey(Document):
	def before_insert(self):
		# A copy is another survey: nothing of it is published.
		self.published_version = None

	def validate(self):
		self.clear_choices()
		self.set_codes()
		self.validate_questions()
		self.validate_one_nps_question()
		self.keep_published_version()

	def on_update(self):
		# By now new rows have their names.
		is_changed = int(bool(self.published_version) and not versions.is_same(self, self.published_version))
		if is_changed != self.is_changed:
			self.db_set("is_changed", is_changed, update_modified=False)

	def clear_choices(self):
		for question in self.questions:
			if question.question_kind not in WITH_CHOICES:
				question.options = question.counts_as = None

	def set_codes(self):
		"""Codes stay with their question when the order changes, so that results of all versions can be compared."""
		taken = {question.code for question in self.questions if question.code}
		number = 0
		for question in self.questions:
			if question.code and not CODE.fullmatch(question.code):
				frappe.throw(_("Code {0} must begin with a letter and have at most 20 letters and digits.").format(question.code))
			while not question.code:
				number += 1
				if f"Q{number}" not in taken:
					question.code = f"Q{number}"
					taken.add(question.code)

	def validate_questions(self):
		try:
			refuse_wrong(versions.draft_of(self)["questions"])
		except AnswerError as refusal:
			frappe.throw(str(refusal))
		if not 0 <= flt(self.low_score_below) <= 1000:
			frappe.throw(_("A low score lies between 0 and 1,000 points."))

	def validate_one_nps_question(self):
		asked = [question.idx for question in self.questions if question.question_kind == NPS_KIND]
		if len(asked) > 1:
			frappe.throw(_("Questions {0} and {1} both ask for recommendation; one is enough.").format(*asked[:2]))

	def keep_published_version(self):
		"""Publishing writes it; a form that was opened before must not take it back."""
		before = self.get_doc_before_save()
		self.published_version = before.published_version if before else None

	def publish(self) -> str:
		"""Let new responses be given to what stands here now; the name of the version."""
		return versions.publish(self)

	def on_trash(self):
		if frappe.db.exists("C4S Survey Response", {"survey": self.name}):
			frappe.throw(_("{0} has responses; switch it off instead.").format(self.title))
		frappe.db.set_value("C4S Survey", self.name, "published_version", None)
		frappe.db.delete("C4S Survey Version", {"survey": self.name})
