"""Surveys from before there were versions: what they are now is their first version, to which all their responses were given.

Rows of questions get no codes here: whoever looks whether a standard was changed would take that for a change.
"""

import frappe
from frappe.utils import flt

from crm4s.crm4s.doctype.c4s_survey_response.c4s_survey_response import indicators_by_name
from crm4s.rows.writer import update_rows
from crm4s.surveys import answers, versions
from crm4s.value.satisfaction import measures

SURVEY, RESPONSE, ANSWER = "C4S Survey", "C4S Survey Response", "C4S Survey Answer"
SLICE = 1_000


def execute() -> None:
	for name in frappe.get_all(SURVEY, {"published_version": ["is", "not set"]}, pluck="name"):
		survey = frappe.get_doc(SURVEY, name)
		survey.set_codes()
		version = versions.publish(survey)
		frappe.db.set_value(RESPONSE, {"survey": name, "version": ["is", "not set"]}, "version", version, update_modified=False)
		_name_questions(versions.content_of(version))
	_measure()


def _name_questions(content: dict) -> None:
	answer = frappe.qb.DocType(ANSWER)
	for question in content["questions"]:
		frappe.qb.update(answer).set(answer.code, question["code"]).where(answer.question_row == question["row"]).run()


def _measure() -> None:
	indicators, last = indicators_by_name(), ""
	while True:
		wanted = {"name": [">", last], "version": ["is", "set"], "measures": ["is", "not set"]}
		rows = frappe.get_all(RESPONSE, wanted, ["name", "version"], order_by="name", limit=SLICE, ignore_ifnull=True)
		if not rows:
			return
		last = rows[-1].name
		given: dict[str, list] = {row.name: [] for row in rows}
		of_rows = {"parent": ["in", list(given)], "parenttype": RESPONSE}
		for row in frappe.get_all(ANSWER, of_rows, ["parent", "question_row", "text", "number"], order_by="parent, idx", limit_page_length=0):
			given[row.parent].append(row)
		update_rows(RESPONSE, [{"name": row.name, **_measures_of(given[row.name], row.version, indicators)} for row in rows])


def _measures_of(rows: list, version: str, indicators) -> dict:
	content = versions.content_of(version)
	known = {question["row"] for question in content["questions"]}
	response = frappe._dict(answers=[row for row in rows if row.question_row in known])
	found = measures(answers.ratings_of(response, content, indicators), indicators)
	return {"measures": found.as_json(), "score": flt(found.score, 1), "rated_answers": found.rated}
