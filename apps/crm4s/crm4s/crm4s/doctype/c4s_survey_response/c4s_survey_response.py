"""What one customer, mystery shopper or assessor answered to one version of a survey, and the score that follows."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.surveys import answers, low_scores, rated, subjects, versions
from crm4s.surveys.questions import nps_answer
from crm4s.value.satisfaction import Indicator, measures, nps_group

FROM_INVITATION = ("invitation", "survey", "dealership", "responded_on", "channel")
LINKS = ("customer", "vehicle", "lead", "service_visit", "deal", "complaint")


class C4SSurveyResponse(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, *LINKS)
		self.set_version()
		self.validate_occasion()
		subjects.fill(self)
		self.validate_customer_s_own_words()
		content = versions.content_of(self.version)
		answers.put_in_order(self, content)
		self.set_score(content)
		self.set_recommendation()
		low_scores.judge(self, content)

	def on_update(self):
		low_scores.follow_up(self)

	def set_version(self):
		"""A new response is given to what is published now; later it stays with that."""
		before = self.get_doc_before_save()
		if before:
			self.version = before.version or self.version
			return
		survey = frappe.get_cached_doc("C4S Survey", self.survey)
		if not survey.enabled:
			frappe.throw(_("Survey {0} is switched off and takes no new responses.").format(survey.title))
		# The page says which version was shown, as a newer one may have been published meanwhile.
		shown = self.flags.version_shown
		self.version = shown or versions.require_published(survey)
		self.survey_kind = survey.survey_kind

	def validate_customer_s_own_words(self):
		"""What was written on the public page nobody else corrects; what an agent noted may be."""
		before = self.get_doc_before_save()
		if before and before.owner == "Guest" and _given(before) != _given(self):
			frappe.throw(_("The customer gave these answers; they stay as they are."))

	def validate_occasion(self):
		"""Whom, when and about what an answer to an invitation rates follows from the invitation; it is not retyped later."""
		before = self.get_doc_before_save()
		if not before or not before.invitation:
			return
		if get_datetime(before.responded_on) != get_datetime(self.responded_on) or any(
			(before.get(field) or None) != (self.get(field) or None) for field in (*FROM_INVITATION, *LINKS) if field != "responded_on"
		):
			frappe.throw(_("This answers an invitation: customer, occasion, store, day and channel stay as they are."))

	def set_score(self, content):
		indicators = indicators_by_name()
		found = measures(answers.ratings_of(self, content, indicators), indicators)
		self.score, self.rated_answers, self.measures = flt(found.score, 1), found.rated, found.as_json()

	def set_recommendation(self):
		answer = nps_answer([{"text": row.text, "question_kind": row.question_kind} for row in self.answers])
		self.nps_answer = answer or 0
		self.nps_group = "" if answer is None else nps_group(answer)


def _given(response) -> list[tuple]:
	rows = [(row.question_row, *(cstr(row.get(field)).strip() for field in ("text", "reason", "photo"))) for row in response.answers]
	return sorted(row for row in rows if any(row[1:]))


def indicators_by_name() -> dict[str, Indicator]:
	"""The tree of indicators, as the arithmetic takes it."""
	rows = frappe.get_all("C4S Survey Indicator", fields=["name", "weight", "parent_indicator", "indicator_kind"])
	return {row.name: Indicator(flt(row.weight), row.parent_indicator or None, row.indicator_kind) for row in rows}


def on_doctype_update():
	frappe.db.add_index("C4S Survey Response", ["dealership", "modified"])
	frappe.db.add_index("C4S Survey Response", ["survey", "responded_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return rated.without_own(dealing_condition("C4S Survey Response", user), user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user) and not rated.is_about(doc, user)
