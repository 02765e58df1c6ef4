"""What the form of an audit calls."""

import frappe
from frappe import _

from crm4s.audits import gaps, steps
from crm4s.audits.access import AUDIT, plans
from crm4s.surveys.languages import translator


def _permitted(name: str, right: str = "read"):
	audit = frappe.get_doc(AUDIT, name)
	audit.check_permission(right)
	return audit


def _permitted_planner(name: str):
	audit = _permitted(name, "write")
	if not plans():
		frappe.throw(_("Only those who plan audits may do that."), frappe.PermissionError)
	return audit


@frappe.whitelist()
def sheet(audit: str) -> dict:
	"""The questions in the reader's language, for whoever carries out or reads the audit."""
	document = _permitted(audit)
	content = steps.content_of(document)
	say = translator(content, frappe.local.lang)
	asked = [
		{
			**{field: question[field] for field in ("row", "code", "number", "question_kind", "options", "mandatory", "asks_reason", "low_at")},
			"question": say(question["question"]),
			"heading": say(question["heading"]),
			"shown": [say(option) for option in question["options"]],
		}
		for question in content["questions"]
	]
	return {"introduction": say(content["introduction"]), "questions": asked, "may_write": bool(frappe.has_permission(AUDIT, "write", document)), "plans": plans()}


@frappe.whitelist()
def found(audit: str) -> dict:
	"""Sections and gaps of an audit that was handed in."""
	return gaps.found_in(_permitted(audit))


@frappe.whitelist(methods=["POST"])
def hand_in(audit: str) -> None:
	steps.hand_in(_permitted(audit, "write"))


@frappe.whitelist(methods=["POST"])
def give_back(audit: str, why: str) -> None:
	steps.give_back(_permitted_planner(audit), why)


@frappe.whitelist(methods=["POST"])
def publish(audit: str, consequence: str = "", reason: str = "") -> None:
	steps.publish(_permitted_planner(audit), consequence, reason)


@frappe.whitelist(methods=["POST"])
def cancel(audit: str, why: str) -> None:
	steps.cancel(_permitted_planner(audit), why)
