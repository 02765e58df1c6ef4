"""What one customer, mystery shopper or assessor answered to one survey, and the score that follows."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.value.satisfaction import (
	NPS_KIND,
	NUMBER_SCALES,
	RATING_SCALES,
	Indicator,
	Rating,
	nps_group,
	satisfaction_index,
)


class C4SSurveyResponse(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle", "lead", "service_visit")
		survey = frappe.get_cached_doc("C4S Survey", self.survey)
		self.validate_survey_is_open(survey)
		self.validate_answers_belong_to(survey)
		self.read_answers(survey)
		self.validate_mandatory_answers(survey)
		self.set_score(survey)
		self.set_recommendation()

	def validate_survey_is_open(self, survey):
		if self.is_new() and not survey.enabled:
			frappe.throw(_("Survey {0} is switched off and takes no new responses.").format(survey.title))

	def validate_answers_belong_to(self, survey):
		questions = {question.name for question in survey.questions}
		rows = [answer.question_row for answer in self.answers]
		if not questions.issuperset(rows):
			frappe.throw(_("The answers must be to the questions of survey {0}.").format(survey.title))
		if len(rows) != len(set(rows)):
			frappe.throw(_("A question was answered twice."))

	def read_answers(self, survey):
		"""Keep each question with its answer as it was asked, in the survey's order."""
		questions = {question.name: question for question in survey.questions}
		self.answers.sort(key=lambda answer: questions[answer.question_row].idx)
		for position, answer in enumerate(self.answers, start=1):
			question = questions[answer.question_row]
			answer.idx, answer.question, answer.question_kind = position, question.question, question.question_kind
			if self.is_new() and not answer.text and answer.number:
				answer.text = cstr(answer.number)
			_read_answer(answer, question)

	def validate_mandatory_answers(self, survey):
		answered = {answer.question_row for answer in self.answers if answer.text}
		for question in survey.questions:
			if question.mandatory and question.name not in answered:
				frappe.throw(_("Question {0} must be answered: {1}").format(question.idx, question.question), frappe.MandatoryError)

	def set_score(self, survey):
		ratings = self._ratings(survey)
		index = satisfaction_index(ratings, _indicators()) if ratings else None
		self.rated_answers = len(ratings) if index is not None else 0
		self.score = flt(index, 1)

	def _ratings(self, survey) -> list[Rating]:
		questions = {question.name: question for question in survey.questions}
		ratings = []
		for answer in self.answers:
			question = questions[answer.question_row]
			if answer.text and question.question_kind in RATING_SCALES and flt(question.weight) > 0:
				lowest, highest = RATING_SCALES[question.question_kind]
				ratings.append(Rating(answer.number, lowest, highest, flt(question.weight), question.indicator or None))
		return ratings

	def set_recommendation(self):
		asked = [answer.number for answer in self.answers if answer.text and answer.question_kind == NPS_KIND]
		self.nps_answer = asked[0] if asked else 0
		self.nps_group = nps_group(asked[0]) if asked else ""


def _read_answer(answer, question) -> None:
	"""Bring the answer's text into order and read its number; an answer that the question does not allow is refused."""
	text = answer.text = cstr(answer.text).strip()
	answer.number = 0
	if not text:
		return
	if question.question_kind in NUMBER_SCALES:
		lowest, highest = NUMBER_SCALES[question.question_kind]
		if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
			frappe.throw(
				_("Answer to question {0} must be a whole number from {1} to {2}.").format(question.idx, lowest, highest)
			)
		answer.number = int(text)
	elif question.question_kind == "Choice" and text not in question.choices():
		frappe.throw(_("Answer to question {0} must be one of: {1}").format(question.idx, ", ".join(question.choices())))


def _indicators() -> dict[str, Indicator]:
	rows = frappe.get_all("C4S Survey Indicator", fields=["name", "weight", "parent_indicator"])
	return {row.name: Indicator(flt(row.weight), row.parent_indicator or None) for row in rows}


def on_doctype_update():
	frappe.db.add_index("C4S Survey Response", ["dealership", "modified"])
	frappe.db.add_index("C4S Survey Response", ["survey", "responded_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Survey Response", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
