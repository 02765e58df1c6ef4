"""What somebody gave, as rows of a response in the order of the questions; the same for the page, the desk and code."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import cstr

from crm4s.surveys import questions
from crm4s.surveys.questions import AnswerError
from crm4s.value.satisfaction import Rating


def put_in_order(response, content: Mapping) -> None:
	"""Check the response's rows against the questions of its version and complete them; those of questions that are not asked are dropped.

	Raises:
		frappe.ValidationError: an answer that is not allowed, missing, or to another survey; one sentence.
	"""
	asked = content["questions"]
	by_row = {question["row"]: question for question in asked}
	given = _rows_by_question(response, by_row, content)
	try:
		texts = {question["code"]: _read(response, given.get(question["row"]), question) for question in asked}
		shown = questions.shown(asked, texts)
		kept = []
		for question in shown:
			row = given.get(question["row"])
			_refuse_missing(question, texts[question["code"]], row)
			if row:
				kept.append(_completed(row, question, texts[question["code"]]))
	except AnswerError as refusal:
		frappe.throw(str(refusal), frappe.ValidationError)
	response.answers = kept
	for position, row in enumerate(kept, start=1):
		row.idx = position


def ratings_of(response, content: Mapping, known: Mapping) -> list[Rating]:
	"""The answers that count for an index. `known`: the indicators that there still are; one that is gone leaves its questions at the top."""
	by_row = {question["row"]: question for question in content["questions"]}
	ratings = []
	for row in response.answers:
		question = by_row[row.question_row]
		scale = questions.scale_of(question, row.text)
		if scale:
			indicator, also = (question.get(field) if question.get(field) in known else None for field in ("indicator", "second_indicator"))
			ratings.append(Rating(row.number, *scale, question["weight"], indicator, row.question_row, also))
	return ratings


def low_answers(response, content: Mapping) -> list[Mapping]:
	"""The questions whose answers call for action."""
	low = {row.question_row for row in response.answers if row.is_low}
	return [question for question in content["questions"] if question["row"] in low]


def _rows_by_question(response, by_row: Mapping, content: Mapping) -> dict:
	given = {}
	for row in response.answers:
		if row.question_row not in by_row:
			frappe.throw(_("The answers must be to the questions of survey {0}.").format(content["title"]))
		if row.question_row in given:
			frappe.throw(_("A question was answered twice."))
		given[row.question_row] = row
	return given


def _read(response, row, question: Mapping) -> str:
	if not row:
		return ""
	if response.is_new() and not row.text and row.number:
		row.text = cstr(row.number)
	return questions.read(question, cstr(row.text))


def _refuse_missing(question: Mapping, text: str, row) -> None:
	has_answer = bool(text) or bool(row and row.photo and question["question_kind"] == questions.PHOTO)
	if question["mandatory"] and not has_answer:
		frappe.throw(_("Question {0} must be answered: {1}").format(question["number"], question["question"]), frappe.MandatoryError)
	if questions.needs_reason(question, text) and not (row.reason or "").strip():
		frappe.throw(_("Say why, to question {0}: {1}").format(question["number"], question["question"]), frappe.MandatoryError)


def _completed(row, question: Mapping, text: str):
	row.text, row.number = text, questions.number_of(question, text)
	row.question, row.question_kind = question["question"], question["question_kind"]
	row.code, row.section = question["code"], question["heading"]
	row.reason = cstr(row.reason).replace("\x00", "").strip()[: questions.LONGEST_TEXT] or None
	row.is_low = int(questions.is_low(question, text))
	return row

