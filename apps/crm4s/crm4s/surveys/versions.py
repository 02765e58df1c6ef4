"""The content of a survey as it was published: what responses are given to, whatever becomes of the draft."""

import json

import frappe
from frappe import _
from frappe.utils import cint, flt, now_datetime

SURVEY, VERSION, RESPONSE = "C4S Survey", "C4S Survey Version", "C4S Survey Response"
OF_SURVEY = ("title", "survey_kind", "introduction", "thanks", "language")
OF_QUESTION = (
	*("code", "section", "question", "question_kind", "indicator", "second_indicator", "counts_as", "low_at", "asks_reason"),
	*("shown_if_question", "shown_if", "shown_if_value"),
)


def draft_of(survey) -> dict:
	"""What would be published of a survey: title, survey_kind, introduction, thanks, language, questions, texts."""
	return {
		**{field: survey.get(field) or "" for field in OF_SURVEY},
		"questions": _questions(survey),
		"texts": [{"language": row.language, "original": row.original or "", "text": row.text} for row in survey.texts if (row.text or "").strip()],
	}


def publish(survey) -> str:
	"""Freeze the draft and give new responses to it; the name of the version, of the present one where nothing changed."""
	content = json.dumps(draft_of(survey), ensure_ascii=False)
	current = survey.published_version
	if current and frappe.db.get_value(VERSION, current, "content") == content:
		survey.db_set("is_changed", 0)
		return current
	frappe.db.get_value(SURVEY, survey.name, "name", for_update=True)
	last = frappe.get_all(VERSION, {"survey": survey.name}, pluck="version_number", order_by="version_number desc", limit=1)
	number = (last[0] if last else 0) + 1
	version = frappe.get_doc(
		{
			"doctype": VERSION, "survey": survey.name, "version_number": number, "title": f"{survey.title} · {number}"[:140],
			"published_on": now_datetime(), "published_by": frappe.session.user, "content": content,
		}
	)
	version.flags.by_publishing = True
	version.insert(ignore_permissions=True)
	survey.db_set({"published_version": version.name, "is_changed": 0})
	return version.name


def publish_standards() -> None:
	"""After an install or an update: what we ship, and nobody changed here, is published as it is now; a survey that never was published, too."""
	from crm4s.workflows.loader import INSTALLED, all_standards

	for standard in all_standards(SURVEY):
		if standard.document and (standard.standing == INSTALLED or not standard.document.published_version):
			survey = frappe.get_doc(SURVEY, standard.name)
			if not survey.published_version or survey.is_changed:
				publish(survey)


def content_of(version: str) -> dict:
	"""The frozen content, as `draft_of` made it; versions never change, so that they may be kept."""
	return json.loads(frappe.get_cached_value(VERSION, version, "content"))


def is_same(survey, version: str | None) -> bool:
	return bool(version) and frappe.db.get_value(VERSION, version, "content") == json.dumps(draft_of(survey), ensure_ascii=False)


def require_published(survey) -> str:
	if not survey.published_version:
		frappe.throw(_("Survey {0} has not been published yet.").format(survey.title))
	return survey.published_version


def _questions(survey) -> list[dict]:
	"""Each with its number, the choices as a list, and the heading under which it stands."""
	found, heading = [], ""
	for number, row in enumerate(survey.questions, start=1):
		heading = row.section or heading
		found.append(
			{
				"row": row.name, "number": number, "heading": heading,
				**{field: row.get(field) or "" for field in OF_QUESTION},
				"options": row.choices(), "weight": flt(row.weight), "mandatory": cint(row.mandatory),
			}
		)
	return found
