"""A response that calls for action: a complaint at once, a task for the store's manager, and the day on which the loop is closed.

The complaint says that there is a low score and where the answers stand, not what they are: who is rated may work on complaints, too.
"""

from collections.abc import Mapping
from datetime import timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, flt, get_datetime, get_url_to_form, now_datetime, nowdate, time_diff_in_seconds

from crm4s.complaints import open_for
from crm4s.escalation.people import managers
from crm4s.rows.ranges import names_in_slices
from crm4s.runs import commit, guarded
from crm4s.surveys.answers import low_answers
from crm4s.surveys.rated import PEOPLE

RESPONSE, SURVEY, COMPLAINT = "C4S Survey Response", "C4S Survey", "C4S Complaint"
CLOSED = "Closed"
# By which the complaint says that it came; others of a response count as written on the web.
CHANNELS = {"Phone": "Phone", "Visit": "Visit", "WeChat": "WeChat", "WeCom": "WeChat", "SMS": "SMS", "E-mail": "E-mail"}
# What could not be opened at once is tried again so long.
TRY_DAYS, SLICE = 7, 200


def judge(response, content: Mapping) -> None:
	"""Set whether the response calls for action, and by which limits."""
	limit = flt(frappe.get_cached_value(SURVEY, response.survey, "low_score_below"))
	reasons = []
	if limit and response.rated_answers and flt(response.score) < limit:
		reasons.append(f"{flt(response.score, 1):g} < {limit:g}")
	answers = {row.question_row: row.text for row in response.answers}
	reasons += [f"{question['code']}: {answers[question['row']]}" for question in low_answers(response, content)]
	response.is_low = int(bool(reasons))
	response.low_because = "\n".join(reasons)[:1000] or None


def follow_up(response) -> None:
	"""Open the complaint of a low response and tell the manager, once; without a customer's file there is the task alone.

	A response is never lost because that fails: it is tried again.
	"""
	if not cint(response.is_low) or response.opened_complaint or frappe.flags.in_import:
		return
	if not cint(frappe.get_cached_value(SURVEY, response.survey, "opens_complaint")):
		return
	frappe.db.savepoint("low_score")
	try:
		complaint = _open(response) if response.customer else None
		_tell_manager(response, complaint)
	except Exception:
		frappe.db.rollback(save_point="low_score")
		frappe.clear_messages()
		frappe.log_error(title=f"Complaint for {response.name}", message=frappe.get_traceback())
		return
	if complaint:
		response.db_set("opened_complaint", complaint, update_modified=False)


def open_missed() -> int:
	"""Every hour: complaints that could not be opened at once; how many responses were looked at."""
	since = now_datetime() - timedelta(days=TRY_DAYS)
	# What was answered long ago came with an import, and is history.
	response, count = frappe.qb.DocType(RESPONSE), 0
	surveys = frappe.get_all(SURVEY, {"opens_complaint": 1}, pluck="name")
	recent = (response.creation > since) & (response.responded_on > since) & response.survey.isin(surveys or [""])
	waiting = (response.is_low == 1) & (Coalesce(response.opened_complaint, "") == "") & (response.customer > "")
	# Behind those that fail again there are others.
	for names in names_in_slices(frappe.qb.from_(response).where(recent & waiting), response.name, SLICE):
		for name in names:
			guarded(lambda name=name: follow_up(frappe.get_doc(RESPONSE, name, for_update=True)), f"Complaint for {name}")
			commit()
		count += len(names)
	return count


def complaint_changed(complaint, event: str | None = None) -> None:
	"""After a complaint was saved: the loop of the response that it came from is closed, or open again."""
	if complaint.get("reference_doctype") != RESPONSE or not complaint.get("reference_name"):
		return
	response = frappe.db.get_value(RESPONSE, complaint.reference_name, ["name", "responded_on", "loop_closed_on", "opened_complaint"], as_dict=True)
	if not response or (response.opened_complaint or complaint.name) != complaint.name:
		return
	closed_on = get_datetime(complaint.closed_on) if complaint.status == CLOSED and complaint.closed_on else None
	if closed_on == (response.loop_closed_on and get_datetime(response.loop_closed_on)):
		return
	hours = max(time_diff_in_seconds(closed_on, response.responded_on) / 3600, 0) if closed_on else 0
	frappe.db.set_value(
		RESPONSE, response.name, {"loop_closed_on": closed_on, "hours_to_close": flt(hours, 1)}, update_modified=False
	)


def _open(response) -> str:
	survey = frappe.get_cached_doc(SURVEY, response.survey)
	language = _site_language()
	return open_for(
		response.customer,
		dealership=response.dealership,
		subject=_("Low score: {0}", language).format(survey.title)[:60],
		description=_("A customer's answers to the survey {0} call for action; they stand in {1}.", language).format(survey.title, response.name),
		source_key=f"survey|{response.name}",
		category=survey.complaint_category,
		severity=survey.complaint_severity,
		channel=CHANNELS.get(response.channel, "Web"),
		vehicle=response.vehicle,
		service_visit=response.service_visit,
		received_on=get_datetime(response.responded_on),
		reference_doctype=RESPONSE,
		reference_name=response.name,
	)


def _tell_manager(response, complaint: str | None) -> None:
	"""A task for the manager of the store, else of the nearest node above; for somebody else than who is rated, where there is one."""
	doctype, name = (COMPLAINT, complaint) if complaint else (RESPONSE, response.name)
	found = managers(response.dealership)
	manager = next((user for user in found if user not in [response.get(field) for field in PEOPLE]), found[0] if found else None)
	if not manager or frappe.db.exists("ToDo", {"reference_type": doctype, "reference_name": name, "allocated_to": manager}):
		return
	text = _("A customer is not content: see to {0}, call the customer, and close the loop.", _site_language())
	frappe.get_doc(
		{
			"doctype": "ToDo", "description": text.format(f'<a href="{get_url_to_form(doctype, name)}">{name}</a>'), "priority": "High",
			"reference_type": doctype, "reference_name": name, "allocated_to": manager, "date": nowdate(), "assigned_by": "Administrator",
		}
	).insert(ignore_permissions=True)


def _site_language() -> str:
	return frappe.db.get_default("lang") or "zh"
