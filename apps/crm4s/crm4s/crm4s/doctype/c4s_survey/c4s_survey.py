"""A questionnaire: what is asked, on which scale, and what it counts for."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from crm4s.value.satisfaction import NPS_KIND

# Once somebody has answered, scores rest on these; the wording may still be corrected.
FIXED_ONCE_ANSWERED = ("name", "question_kind", "options", "indicator", "mandatory")


class C4SSurvey(Document):
	def validate(self):
		self.validate_choices()
		self.validate_one_nps_question()
		self.validate_questions_stay_once_answered()

	def validate_choices(self):
		for question in self.questions:
			if question.question_kind != "Choice":
				question.options = None
			elif len(set(question.choices())) < max(2, len(question.choices())):
				frappe.throw(
					_("Question {0} needs at least two different answers to choose from, one on each line.").format(question.idx)
				)

	def validate_one_nps_question(self):
		asked = [question.idx for question in self.questions if question.question_kind == NPS_KIND]
		if len(asked) > 1:
			frappe.throw(_("Questions {0} and {1} both ask for recommendation; one is enough.").format(*asked[:2]))

	def validate_questions_stay_once_answered(self):
		before = self.get_doc_before_save()
		if not before or _fixed(before) == _fixed(self):
			return
		if frappe.db.exists("C4S Survey Response", {"survey": self.name}):
			frappe.throw(
				_("{0} has responses, so its questions can only be reworded; duplicate it and change the copy.").format(self.title)
			)


def _fixed(survey) -> list[tuple]:
	return [
		(*(question.get(field) or None for field in FIXED_ONCE_ANSWERED), flt(question.weight))
		for question in sorted(survey.questions, key=lambda question: question.name or "")
	]
