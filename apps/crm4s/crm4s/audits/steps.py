"""What becomes of an audit: answered, handed in, published, cancelled. Nothing else writes its status."""

import frappe
from frappe import _
from frappe.utils import flt, now_datetime

from crm4s.audits.access import AUDIT, CANCELLED, HANDED_IN, PLANNED, PUBLISHED, UNDER_WAY
from crm4s.crm4s.doctype.c4s_survey_response.c4s_survey_response import indicators_by_name
from crm4s.surveys import answers, versions
from crm4s.value.satisfaction import measures

SUSPENSION, LIFTED = "Suspension", "Suspension Lifted"
DEALERSHIP, RESPONSE = "C4S Dealership", "C4S Survey Response"


def hand_in(audit) -> None:
	"""Check that everything was answered, and rate it; the auditor cannot change it any more."""
	_require(audit, PLANNED, UNDER_WAY)
	content = content_of(audit)
	answers.put_in_order(audit, content)
	known = indicators_by_name()
	found = measures(answers.ratings_of(audit, content, known), known)
	audit.update({"score": flt(found.score, 1), "rated_answers": found.rated, "visited_on": audit.visited_on or now_datetime()})
	compare(audit)
	_save(audit, HANDED_IN)


def give_back(audit, why: str) -> None:
	"""The auditor is to look again."""
	_require(audit, HANDED_IN)
	_save(audit, UNDER_WAY)
	audit.add_comment("Comment", frappe.utils.escape_html(why))


def publish(audit, consequence: str = "", reason: str = "") -> None:
	"""Show the store what was found; the response that figures count is made, and the consequence follows."""
	_require(audit, HANDED_IN)
	if consequence and not reason.strip():
		frappe.throw(_("Say why this is the consequence."), frappe.MandatoryError)
	compare(audit)
	audit.update({"published_on": now_datetime(), "published_by": frappe.session.user, "consequence": consequence, "consequence_reason": reason.strip() or None})
	audit.response = _response_of(audit)
	_save(audit, PUBLISHED)
	_suspend(audit)


def cancel(audit, why: str) -> None:
	_require(audit, PLANNED, UNDER_WAY, HANDED_IN)
	audit.cancel_reason = why
	_save(audit, CANCELLED)


def content_of(audit) -> dict:
	"""The questions: of the version that was published when the audit was planned or first opened."""
	if not audit.version:
		audit.version = versions.require_published(frappe.get_cached_doc("C4S Survey", audit.survey))
	return versions.content_of(audit.version)


def compare(audit) -> None:
	"""With the audit that it follows, else the last published one of the store with the same questions."""
	earlier = audit.follow_up_of or frappe.db.get_value(
		AUDIT,
		{"dealership": audit.dealership, "survey": audit.survey, "status": PUBLISHED, "name": ["!=", audit.name or ""], "visited_on": ["<", audit.visited_on]},
		order_by="visited_on desc",
	)
	before = frappe.db.get_value(AUDIT, earlier, ["score", "rated_answers"], as_dict=True) if earlier else None
	audit.compared_with = earlier if before and before.rated_answers else None
	audit.change_in_score = flt(audit.score - before.score, 1) if audit.compared_with and audit.rated_answers else 0


def _response_of(audit) -> str:
	response = frappe.get_doc(
		{
			"doctype": RESPONSE, "survey": audit.survey, "dealership": audit.dealership, "responded_on": audit.visited_on, "channel": "Visit",
			"comment": audit.comment,
			"answers": [{"question_row": row.question_row, "text": row.text, "reason": row.reason, "photo": row.photo} for row in audit.answers],
		}
	)
	response.flags.version_shown = audit.version
	return response.insert(ignore_permissions=True).name


def _suspend(audit) -> None:
	if audit.consequence not in (SUSPENSION, LIFTED):
		return
	outlet = frappe.get_doc(DEALERSHIP, audit.dealership)
	outlet.suspended = int(audit.consequence == SUSPENSION)
	outlet.suspension_reason = f"{audit.consequence_reason} ({audit.name})" if outlet.suspended else None
	outlet.save()


def _require(audit, *statuses: str) -> None:
	# Of two who press at once the second reads what the first wrote.
	status = frappe.db.get_value(AUDIT, audit.name, "status", for_update=True)
	if status not in statuses:
		frappe.throw(_("The audit is {0} already.").format(_(status)))


def _save(audit, status: str) -> None:
	audit.status = status
	audit.flags.by_step = True
	audit.save(ignore_permissions=True)
	audit.flags.by_step = False
