"""What remains of a defeat: its facts when the lead is revived, and the call that asks the lost customer why."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_days, escape_html, get_url_to_form, now_datetime, nowdate

from crm4s.access.staff import assigned_to

LEAD, SURVEY = "C4S Lead", "C4S Survey"
ASKING_ROLES = ("C4S Customer Service Representative", "C4S CRM Specialist", "C4S CRM Manager", "C4S Sales Manager")
CALL_AFTER_DAYS = 3


def keep_defeat(lead) -> None:
	"""Before a lost lead opens again, write its defeat into the table of earlier ones."""
	before = lead.get_doc_before_save()
	if not before or before.status != "Lost" or lead.status == "Lost":
		return
	defeat = {"lost_on": before.lost_on, "reason": before.lost_reason, "competitor": before.competitor, "note": before.lost_note}
	lead.append("defeats", {**defeat, "revived_on": now_datetime()})
	lead.lost_survey_task = None


def queue_lost_survey(lead) -> None:
	"""Once for each defeat: a task for customer service with the link to the survey, if there is a survey of lost customers."""
	if lead.status != "Lost" or lead.lost_survey_task or frappe.flags.in_import:
		return
	survey = frappe.db.get_value(SURVEY, {"survey_kind": "Lost Customer", "enabled": 1})
	if not survey:
		return
	task = frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": _task_text(lead, survey),
			"reference_type": LEAD,
			"reference_name": lead.name,
			"allocated_to": somebody_who_asks(lead.dealership),
			"date": add_days(nowdate(), CALL_AFTER_DAYS),
		}
	).insert(ignore_permissions=True)
	lead.db_set("lost_survey_task", task.name, update_modified=False)


def somebody_who_asks(dealership: str) -> str | None:
	"""Who does customer service in the store: of those with the first of the roles, the one with the fewest open tasks."""
	for role in ASKING_ROLES:
		users = assigned_to(dealership, role)
		if users:
			load = _open_tasks(users)
			return min(users, key=lambda user: (load.get(user, 0), user))
	return None


def _open_tasks(users: list[str]) -> dict[str, int]:
	todo = frappe.qb.DocType("ToDo")
	query = frappe.qb.from_(todo).select(todo.allocated_to, Count("*")).groupby(todo.allocated_to)
	return dict(query.where(todo.allocated_to.isin(users) & (todo.status == "Open")).run())


def _task_text(lead, survey: str) -> str:
	new_response = f"{get_url_to_form('C4S Survey Response', 'new')}?survey={survey}&lead={lead.name}&dealership={lead.dealership}"
	title = frappe.db.get_value(SURVEY, survey, "title")
	sentence = _("Ask the lost customer {0} why: {1}").format(
		escape_html(lead.lead_name), f'<a href="{escape_html(new_response)}">{escape_html(title)}</a>'
	)
	return sentence
