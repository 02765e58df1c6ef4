"""Where an audit's answers fall short of the standard, the lowest first, with the touchpoint's standard, the answer last time and what is done about it."""

import frappe
from frappe.utils import flt

from crm4s.audits import steps
from crm4s.satisfaction.read import TOUCHPOINT
from crm4s.settings import setting
from crm4s.surveys import questions
from crm4s.surveys.languages import translator
from crm4s.value.satisfaction import POINTS
from crm4s.workflows.wording import in_own_language

ACTION, AUDIT, ANSWER = "C4S Improvement Action", "C4S Store Audit", "C4S Survey Answer"


def found_in(audit) -> dict:
	"""`sections`: heading, points and points last time; `gaps`: question, heading, points, before, reason, photo, touchpoint, standard, actions."""
	content = steps.content_of(audit)
	asked, say = {question["row"]: question for question in content["questions"]}, translator(content, frappe.local.lang)
	points = _points(audit.answers, asked)
	before = _points(_answers_of(audit.compared_with), asked) if audit.compared_with else {}
	limit, rows = flt(setting("complaint_below")), {row.question_row: row for row in audit.answers}
	falling = [row for row in points if points[row] < limit or rows[row].is_low]
	standards, actions = _standards({asked[row]["indicator"] for row in falling}), _actions(audit.name)
	return {
		"sections": [{**part, "heading": say(part["heading"])} for part in _sections(asked, points, before)],
		"gaps": [
			{
				"question": say(asked[row]["question"]),
				"subject": subject_of(asked[row]),
				"heading": say(asked[row]["heading"]),
				"points": points[row],
				"before": before.get(row),
				"answer": rows[row].text,
				"reason": rows[row].reason,
				"photo": rows[row].photo,
				"standards": standards.get(asked[row]["indicator"], []),
				"actions": actions.get(subject_of(asked[row]), []),
			}
			for row in sorted(falling, key=lambda row: (points[row], asked[row]["number"]))
		],
	}


def subject_of(question: dict) -> str:
	"""What an improvement action about the question is called, so that both find each other."""
	return f"{question['code']} {question['question']}"[:140]


def _points(rows, asked: dict) -> dict[str, float]:
	"""Of each rated answer on 1,000 points, by question."""
	found = {}
	for row in rows:
		scale = row.question_row in asked and questions.scale_of(asked[row.question_row], row.text or "")
		if scale:
			lowest, highest = scale
			found[row.question_row] = round(POINTS * (row.number - lowest) / (highest - lowest), 1)
	return found


def _sections(asked: dict, points: dict, before: dict) -> list[dict]:
	headings: dict[str, dict] = {}
	for row, question in asked.items():
		part = headings.setdefault(question["heading"], {"now": [], "then": []})
		if row in points:
			part["now"].append((points[row], question["weight"]))
		if row in before:
			part["then"].append((before[row], question["weight"]))
	return [{"heading": heading, "points": _mean(part["now"]), "before": _mean(part["then"])} for heading, part in headings.items() if part["now"]]


def _mean(parts: list[tuple[float, float]]) -> float | None:
	weight = sum(weight for _points, weight in parts)
	return round(sum(points * weight for points, weight in parts) / weight, 1) if weight else None


def _answers_of(audit: str) -> list:
	return frappe.get_all(ANSWER, {"parent": audit, "parenttype": AUDIT}, ["question_row", "text", "number"], limit_page_length=0)


def _standards(indicators: set) -> dict[str, list[dict]]:
	rows = frappe.get_all(TOUCHPOINT, {"indicator": ["in", sorted(filter(None, indicators)) or [""]]}, ["name", "indicator", "standard"], order_by="name")
	found: dict[str, list[dict]] = {}
	for row in rows:
		found.setdefault(row.indicator, []).append({"touchpoint": row.name, "standard": in_own_language(row.standard)})
	return found


def _actions(audit: str) -> dict[str, list[dict]]:
	"""Those that the reader sees, by what they are about."""
	found: dict[str, list[dict]] = {}
	for row in frappe.get_list(ACTION, {"document_type": AUDIT, "document_name": audit}, ["name", "subject", "status", "due_on", "effect"], limit_page_length=0):
		found.setdefault(row.subject, []).append(row)
	return found
