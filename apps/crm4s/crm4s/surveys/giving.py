"""Answers to an invitation become its response, once, whoever types them."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.care.tasks import OPEN, REACHED, TASK, record, withdraw_calls
from crm4s.messages.outbox import withdraw
from crm4s.surveys import links, photos, versions

INVITATION, RESPONSE = "C4S Survey Invitation", versions.RESPONSE
# Stands in the row until the photo is a file of the saved response.
COMING = "/private/files/coming.jpg"
FROM_INVITATION = ("survey", "dealership", "customer", "vehicle", "service_visit", "deal", "lead", "complaint")


def answer(
	invitation: str,
	version: str,
	answers: Mapping[str, str],
	reasons: Mapping[str, str],
	pictures: Mapping[str, bytes],
	language: str,
	channel: str,
	by_phone: bool = False,
):
	"""The response to an invitation that can still be answered; two at once follow one another, the second is told that it was answered.

	For callers with the system's rights. In the caller's transaction.

	Args:
		version: the one that was shown; it must be one of the invitation's survey.
		answers: as `questions.read` takes them, by code of the question.
		reasons: by code.
		pictures: by row of the question, checked.

	Raises:
		LinkRefusedError: it cannot be answered any more.
		frappe.ValidationError: something is wrong with the answers; a sentence.
	"""
	asked = frappe.get_doc(INVITATION, invitation, for_update=True)
	links.refuse_ended(asked)
	rows = [
		{
			"question_row": question["row"], "text": answers.get(question["code"]), "reason": reasons.get(question["code"]),
			"photo": COMING if question["row"] in pictures else None,
		}
		for question in versions.content_of(version)["questions"]
		if answers.get(question["code"]) or reasons.get(question["code"]) or question["row"] in pictures
	]
	response = frappe.get_doc(
		{
			"doctype": RESPONSE, "invitation": asked.name, "language": language, "channel": channel, "responded_on": now_datetime(),
			**{field: asked.get(field) for field in FROM_INVITATION}, "answers": rows,
		}
	)
	response.flags.version_shown = version
	response.flags.ignore_permissions = True
	response.insert(ignore_permissions=True)
	if not by_phone:
		# A colleague may be signed in where the customer types.
		response.db_set("owner", "Guest", update_modified=False)
	photos.keep(response, dict(pictures))
	asked.db_set({"status": links.ANSWERED, "answered_on": response.responded_on, "response": response.name, "language": language}, update_modified=False)
	withdraw(INVITATION, [asked.name], _("The survey was answered."))
	_end_calls(asked.name, by_phone)
	return response


def _end_calls(invitation: str, by_phone: bool) -> None:
	"""Who asked the questions on the phone has reached the customer; else nobody need call any more."""
	about = {"reference_doctype": INVITATION, "reference_name": invitation, "status": OPEN}
	names = frappe.get_all(TASK, about, pluck="name") if by_phone else []
	if names and all(frappe.has_permission(TASK, "write", doc=name) for name in names):
		record(names, REACHED, _("The survey was answered."))
	withdraw_calls(INVITATION, [invitation], _("The survey was answered."))
