"""What customers wrote, and what they chose as wish or complaint, with the score that came along."""

from collections.abc import Callable, Iterable

import frappe
import rjieba
from frappe.utils import flt

from crm4s.reports.voices import Said
from crm4s.satisfaction.read import RESPONSE, chosen, kinds_of
from crm4s.value.satisfaction import NUMBER_SCALES, POINTS

ANSWER, QUESTION, WORD_LIST = "C4S Survey Answer", "C4S Survey Question", "C4S Word List"
SAY_NOTHING = "Say Nothing"
# The newest so many texts, and responses with choices, are read: more say nothing new to somebody who reads words.
MOST_TEXTS, MOST_CHOICES = 20_000, 100_000


def read_said(filters) -> list[Said]:
	"""The newest texts: answers in words, reasons of ratings (with the score of that rating), and comments."""
	found = [*_answers(filters), *_comments(filters)]
	found.sort(key=lambda row: row[0], reverse=True)
	return [said for _moment, said in found[:MOST_TEXTS]]


def _answers(filters) -> Iterable[tuple]:
	response, answer = frappe.qb.DocType(RESPONSE), frappe.qb.DocType(ANSWER)
	query = (
		frappe.qb.from_(response)
		.join(answer)
		.on((answer.parent == response.name) & (answer.parenttype == RESPONSE))
		.where(((answer.question_kind == "Text") & (answer.text != "")) | (answer.reason != ""))
		.select(response.name, response.responded_on, answer.question_kind, answer.text, answer.reason, answer.number)
		.select(response.score, response.rated_answers, response.nps_answer, response.nps_group)
		.orderby(response.responded_on, order=frappe.qb.desc)
		.limit(MOST_TEXTS)
	)
	for row in chosen(query, response, filters, filters.from_date, filters.to_date, kinds_of(filters)).run(as_dict=True):
		if row.question_kind == "Text" and row.text:
			yield row.responded_on, Said(row.name, row.text, score_of(row))
		if row.reason:
			yield row.responded_on, Said(row.name, row.reason, _rated(row.question_kind, row.number, score_of(row)))


def _comments(filters) -> Iterable[tuple]:
	response = frappe.qb.DocType(RESPONSE)
	query = (
		frappe.qb.from_(response)
		.where(response.comment.isnotnull() & (response.comment != ""))
		.select(response.name, response.responded_on, response.comment, response.score, response.rated_answers, response.nps_answer, response.nps_group)
		.orderby(response.responded_on, order=frappe.qb.desc)
		.limit(MOST_TEXTS)
	)
	for row in chosen(query, response, filters, filters.from_date, filters.to_date, kinds_of(filters)).run(as_dict=True):
		yield row.responded_on, Said(row.name, row.comment, score_of(row))


def read_choices(filters, counts_as: str) -> list[tuple[str, str, float | None]]:
	"""Response, choices one a line, score; of the questions that tell what is wished or complained about most."""
	questions = frappe.get_all(QUESTION, {"counts_as": counts_as, "parenttype": "C4S Survey"}, pluck="name")
	if not questions:
		return []
	response, answer = frappe.qb.DocType(RESPONSE), frappe.qb.DocType(ANSWER)
	query = (
		frappe.qb.from_(answer)
		.join(response)
		.on((answer.parent == response.name) & (answer.parenttype == RESPONSE))
		.where(answer.question_row.isin(questions) & (answer.text != ""))
		.select(response.name, answer.text, response.score, response.rated_answers, response.nps_answer, response.nps_group)
		.orderby(response.responded_on, order=frappe.qb.desc)
		.limit(MOST_CHOICES)
	)
	rows = chosen(query, response, filters, filters.from_date, filters.to_date, kinds_of(filters)).run(as_dict=True)
	return [(row.name, row.text, score_of(row)) for row in rows]


def score_of(row) -> float | None:
	"""A response's index, else its recommendation, on 1,000 points."""
	if row.rated_answers:
		return flt(row.score)
	return row.nps_answer * POINTS / 10 if row.nps_group else None


def _rated(kind: str, number: int, otherwise: float | None) -> float | None:
	if kind not in NUMBER_SCALES:
		return otherwise
	lowest, highest = NUMBER_SCALES[kind]
	return POINTS * (number - lowest) / (highest - lowest) if lowest <= number else otherwise


def word_lists() -> tuple[set[str], dict[str, str]]:
	"""The words that say nothing, and by each word that stays in one piece the one as which it counts."""
	stop, meanings = set(), {}
	for name in frappe.get_all(WORD_LIST, {"enabled": 1}, pluck="name"):
		words = frappe.get_doc(WORD_LIST, name)
		for word, counts_as in words.entries():
			if words.use == SAY_NOTHING:
				stop.add(word)
			else:
				meanings[word] = counts_as or word
	return stop, meanings


def cutter(words: Iterable[str]) -> Callable[[str], list[str]]:
	"""What cuts a text into words, keeping these in one piece."""
	dictionary = rjieba.Jieba()
	for word in words:
		dictionary.add_word(word, None, None)
	return dictionary.cut
