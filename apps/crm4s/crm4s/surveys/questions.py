"""One question of a survey as data: which answers it takes, when it is shown, which answers call for action. Pure but for translated sentences."""

from collections.abc import Iterable, Mapping, Sequence

from frappe import _

from crm4s.value.satisfaction import NPS_KIND, NUMBER_SCALES, RATING_SCALES

YES_NO, CHOICE, MULTIPLE, TEXT, PHOTO = "Yes/No", "Choice", "Multiple Choice", "Text", "Photo"
YES, NO, NOT_APPLICABLE = "Yes", "No", "Not Applicable"
YES_NO_ANSWERS = (YES, NO, NOT_APPLICABLE)
WITH_CHOICES = (CHOICE, MULTIPLE)
REQUIRED = "Required"
LONGEST_TEXT = 2000
IS, IS_NOT, AT_MOST, AT_LEAST, ANSWERED = "Is", "Is Not", "Is at Most", "Is at Least", "Was Answered"


class AnswerError(ValueError):
	"""An answer that the question does not allow; the message is a sentence for whoever answers."""


def read(question: Mapping, text: str | None) -> str:
	"""The answer as it is kept, empty where there is none.

	Args:
		text: a number, Yes / No / Not Applicable, one of the choices, several of them one a line, words, or the address of a photo.

	Raises:
		AnswerError: the question does not allow it.
	"""
	answer = (text or "").replace("\x00", "").strip()
	kind, number = question["question_kind"], question["number"]
	if not answer:
		return ""
	if kind in NUMBER_SCALES:
		lowest, highest = NUMBER_SCALES[kind]
		if not (answer.isascii() and answer.isdigit() and len(answer) < 4 and lowest <= int(answer) <= highest):
			raise AnswerError(_("Answer to question {0} must be a whole number from {1} to {2}.").format(number, lowest, highest))
		return str(int(answer))
	if kind in (YES_NO, CHOICE):
		allowed = YES_NO_ANSWERS if kind == YES_NO else question["options"]
		if answer not in allowed:
			raise AnswerError(_("Answer to question {0} must be one of: {1}").format(number, ", ".join(map(_, allowed))))
		return answer
	if kind == MULTIPLE:
		given = {line.strip() for line in answer.splitlines() if line.strip()}
		if given - set(question["options"]):
			raise AnswerError(_("Answer to question {0} must be one of: {1}").format(number, ", ".join(question["options"])))
		return "\n".join(option for option in question["options"] if option in given)
	if len(answer) > LONGEST_TEXT:
		raise AnswerError(_("Answer to question {0} is too long; {1} characters are the most.").format(number, LONGEST_TEXT))
	return answer


def number_of(question: Mapping, answer: str) -> int:
	"""The answer as a number where the question asks for one, Yes as 1; else 0."""
	if question["question_kind"] in NUMBER_SCALES and answer:
		return int(answer)
	return int(question["question_kind"] == YES_NO and answer == YES)


def scale_of(question: Mapping, answer: str) -> tuple[int, int] | None:
	"""Lowest and highest of the scale where the answer counts for an index; None where it does not."""
	kind = question["question_kind"]
	if not answer or float(question["weight"] or 0) <= 0:
		return None
	if kind == YES_NO:
		return None if answer == NOT_APPLICABLE else (0, 1)
	return RATING_SCALES.get(kind)


def is_low(question: Mapping, answer: str) -> bool:
	"""Whether the answer calls for action, by the question's own limit."""
	limit = (question.get("low_at") or "").strip()
	if not limit or not answer:
		return False
	if question["question_kind"] in NUMBER_SCALES:
		return int(answer) <= int(limit)
	return limit in answer.splitlines()


def asks_reason(question: Mapping, answer: str) -> bool:
	"""Whether somebody who answers so is asked why: for a No always."""
	return bool(answer) and (bool(question.get("asks_reason")) or (question["question_kind"] == YES_NO and answer == NO))


def needs_reason(question: Mapping, answer: str) -> bool:
	"""Whether the answer is refused without a reason; a Yes explains itself."""
	explains_itself = question["question_kind"] == YES_NO and answer != NO
	return bool(answer) and question.get("asks_reason") == REQUIRED and not explains_itself


def shown(questions: Sequence[Mapping], answers: Mapping[str, str]) -> list[Mapping]:
	"""The questions that are asked, given the answers by code: one whose condition stands on a question that is not shown is not shown either."""
	kept, visible = {}, []
	for question in questions:
		if not question.get("shown_if_question") or holds(question, kept):
			visible.append(question)
			kept[question["code"]] = (question, answers.get(question["code"]) or "")
	return visible


def holds(question: Mapping, kept: Mapping[str, tuple[Mapping, str]]) -> bool:
	"""Whether the question's condition holds. `kept`: question and answer by code, of those shown before it."""
	asked, answer = kept.get(question["shown_if_question"], (None, ""))
	if not asked or not answer:
		return False
	condition, wanted = question["shown_if"], (question.get("shown_if_value") or "").strip()
	if condition == ANSWERED:
		return True
	if condition in (AT_MOST, AT_LEAST):
		return int(answer) <= int(wanted) if condition == AT_MOST else int(answer) >= int(wanted)
	return (wanted in answer.splitlines()) == (condition == IS)


def refuse_wrong(questions: Iterable[Mapping]) -> None:
	"""Refuse questions that cannot be asked: choices, codes, conditions, limits.

	Raises:
		AnswerError: a sentence for whoever writes the survey.
	"""
	earlier: dict[str, Mapping] = {}
	for question in questions:
		number = question["number"]
		if question["question_kind"] in WITH_CHOICES and len(set(question["options"])) < max(2, len(question["options"])):
			raise AnswerError(_("Question {0} needs at least two different answers to choose from, one on each line.").format(number))
		if question["code"] in earlier:
			raise AnswerError(_("Two questions have the code {0}.").format(question["code"]))
		if question.get("shown_if_question"):
			_refuse_wrong_condition(question, earlier)
		if question.get("low_at"):
			_refuse_wrong_value(question, question, question["low_at"], _("Low At"))
		earlier[question["code"]] = question


def _refuse_wrong_condition(question: Mapping, earlier: Mapping[str, Mapping]) -> None:
	asked, number = earlier.get(question["shown_if_question"]), question["number"]
	if not asked:
		raise AnswerError(_("Question {0} depends on {1}, which is no question before it.").format(number, question["shown_if_question"]))
	condition = question.get("shown_if")
	if not condition:
		raise AnswerError(_("Question {0} does not say which answer to {1} it depends on.").format(number, question["shown_if_question"]))
	if condition == ANSWERED:
		return
	if condition in (AT_MOST, AT_LEAST) and asked["question_kind"] not in NUMBER_SCALES:
		raise AnswerError(_("Question {0} compares {1} with a number, but that is no number.").format(number, asked["code"]))
	_refuse_wrong_value(question, asked, question.get("shown_if_value"), _("With the Answer"))


def _refuse_wrong_value(question: Mapping, asked: Mapping, value: str | None, label: str) -> None:
	if asked["question_kind"] in (TEXT, PHOTO):
		raise AnswerError(_("Question {0}: words and photos cannot be compared.").format(question["number"]))
	try:
		is_known = bool(read(asked, value))
	except AnswerError:
		is_known = False
	if not is_known:
		raise AnswerError(_("Question {0}: “{1}” is no answer to {2} ({3}).").format(question["number"], value or "", asked["code"], label))


def scale_numbers(question: Mapping) -> list[str]:
	"""The numbers to choose from; empty for other kinds."""
	if question["question_kind"] not in NUMBER_SCALES:
		return []
	lowest, highest = NUMBER_SCALES[question["question_kind"]]
	return [str(number) for number in range(lowest, highest + 1)]


def yes_no_answers(question: Mapping) -> list[tuple[str, str]]:
	"""Answers with their names in the reader's language; empty for other kinds."""
	return [(answer, _(answer)) for answer in YES_NO_ANSWERS] if question["question_kind"] == YES_NO else []


def nps_answer(rows: Iterable[Mapping]) -> int | None:
	"""The answer to the question about recommendation; None where it was not answered."""
	return next((int(row["text"]) for row in rows if row["question_kind"] == NPS_KIND and row["text"]), None)
