"""What the forms of surveys, rules and invitations call."""

import frappe
from frappe import _
from frappe.utils import getdate

from crm4s.access.required import require_document, require_permission
from crm4s.access.stores import stores_of
from crm4s.surveys import inviting, languages, versions
from crm4s.surveys.inviting import INVITATION, RULE, Drawn

SURVEY = versions.SURVEY
# So many are shown, and so many slices counted, of a dry run.
SHOWN, MOST_SLICES = 20, 25


@frappe.whitelist(methods=["POST"])
def publish(survey: str) -> dict:
	"""Let new responses be given to the draft; `version` and the `missing` translations by language. For those who may write the survey."""
	require_permission(SURVEY, "write", survey)
	document = frappe.get_doc(SURVEY, survey)
	version = document.publish()
	content = versions.content_of(version)
	begun = {row["language"] for row in content["texts"]}
	return {"version": version, "missing": {language: len(languages.missing(content, language)) for language in begun}}


@frappe.whitelist()
def missing_texts(survey: str, language: str) -> list[str]:
	"""The texts of the draft that nobody has translated yet. For those who may write the survey."""
	require_permission(SURVEY, "write", survey)
	if language not in languages.LANGUAGES:
		frappe.throw(_("Choose one of the languages."))
	return languages.missing(versions.draft_of(frappe.get_doc(SURVEY, survey)), language)


@frappe.whitelist()
def version_content(version: str) -> dict:
	"""What was asked in a version, and in `words` its texts in the reader's language, where there are any. For those who may read it."""
	require_permission(versions.VERSION, "read", version)
	content = versions.content_of(version)
	language = (frappe.local.lang or "")[:2]
	translate = languages.translator(content, language if language in languages.LANGUAGES else languages.ENGLISH)
	return {**content, "words": {text: translate(text) for text in languages.texts_of(content) if translate(text) != text}}


@frappe.whitelist()
def try_rule(rule: str, day: str | None = None) -> dict:
	"""Who would be invited by the rule on a day; nothing is written, and of other stores' customers only their number is told.

	For those who may write rules.
	"""
	require_permission(RULE, "write", rule)
	document, asked_day = frappe.get_doc(RULE, rule), getdate(day)
	found, more = Drawn(), False
	for number, (due_on, dues) in enumerate(inviting.slices(document, asked_day, asked_day)):
		if number >= MOST_SLICES:
			more = True
			break
		found += inviting.judge(document, due_on, dues)
	return {**{key: value for key, value in vars(found).items() if key != "new"}, "new": len(found.new), "more": more, "sample": _sample(found)}


@frappe.whitelist(methods=["POST"])
def run_now(rule: str) -> None:
	"""Invite whoever the rule finds today, in the background, without waiting for the night. For those who may write rules."""
	require_permission(RULE, "write", rule)
	if not frappe.db.get_value(RULE, rule, "enabled"):
		frappe.throw(_("Switch the rule on first."))
	frappe.enqueue("crm4s.surveys.api.run_in_background", queue="long", job_name=f"crm4s_invite_{rule}", rule=rule, user=frappe.session.user)


def run_in_background(rule: str, user: str) -> None:
	"""The run that somebody asked for; he or she is told how many were invited."""
	frappe.local.lang = frappe.db.get_default("lang") or "zh"
	count = inviting.run_rule(rule, getdate())
	frappe.publish_realtime("c4s_invited", {"rule": rule, "count": count}, user=user)


@frappe.whitelist(methods=["POST"])
def withdraw(invitation: str, reason: str) -> None:
	"""The customer is not asked any more. For those who may make responses, in their stores."""
	require_permission("C4S Survey Response", "create")
	document = require_document(INVITATION, invitation, "read")
	inviting.take_back([document.name], (reason or "").strip()[:140] or _("Withdrawn by {0}.").format(frappe.session.user))


def _sample(found: Drawn) -> list[dict]:
	stores = stores_of()
	shown = [(due, store) for _key, due, store in found.new if stores is None or store in stores][:SHOWN]
	names = dict(
		frappe.get_all(
			"C4S Customer", {"name": ["in", [due.customer for due, _store in shown] or [""]]}, ["name", "customer_name"], as_list=True, order_by=None
		)
	)
	return [{"customer_name": names.get(due.customer), "dealership": store, "day": due.day} for due, store in shown]
