"""The call some days after the visit: planned once at settlement, on somebody's list until the customer was reached."""

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, get_link_to_form, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_deal.progress import open_ways
from crm4s.service.approval import save_facts
from crm4s.settings import setting
from crm4s.workflows.states import STATE
from crm4s.workflows.touchpoints import lets_pass

VISIT, TASK = "C4S Service Visit", "ToDo"
SETTLED, COUNTER_SALE, NOT_REACHED = "Settled", "Counter Sale", "Not Reached"
# Those who call customers may not write visits otherwise.
CALLERS = frozenset({"C4S Customer Service Representative", "C4S CRM Specialist", "C4S CRM Manager"})


def plan(visit) -> None:
	"""One call some days after the settlement, on the list of the advisor; its name on the visit says that it is there."""
	if visit.follow_up_task or visit.visit_kind == COUNTER_SALE or not visit.customer:
		return
	day = add_days(getdate(visit.settled_on), setting("service_follow_up_days"))
	task = frappe.get_doc(
		{
			"doctype": TASK,
			"allocated_to": visit.service_advisor or frappe.session.user,
			"assigned_by": frappe.session.user,
			"reference_type": VISIT,
			"reference_name": visit.name,
			"date": day,
			"description": _("Call {0} after the service: is the trouble gone, was everything clear?").format(escape_html(visit.title)),
		}
	).insert(ignore_permissions=True)
	visit.db_set({"follow_up_task": task.name, "follow_up_on": day}, update_modified=False)


def log(visit, outcome: str, note: str | None = None, next_call_on: str | None = None) -> None:
	"""Keep how a call went. Who was not reached is called again, the next day if nobody says when; any other outcome ends the task."""
	_validate(visit, outcome, note)
	visit.follow_up_outcome, visit.follow_up_note = outcome, (note or "").strip() or None
	if outcome == NOT_REACHED:
		visit.follow_up_on = _next_call(next_call_on)
	else:
		visit.update({"follow_up_on": None, "followed_up_on": now_datetime(), "followed_up_by": frappe.session.user})
	save_facts(visit)
	visit.add_comment("Info", " · ".join(escape_html(part) for part in (_("Follow-Up"), _(outcome), visit.follow_up_note) if part))
	_update_task(visit)
	if visit.followed_up_on:
		_go_on(visit)


def keep_task_until_called(task, event: str | None = None) -> None:
	"""The task closes with the outcome: whoever ticks it off without one is sent to the visit."""
	if task.status != "Closed" or task.reference_type != VISIT or not task.has_value_changed("status"):
		return
	waiting = frappe.db.get_value(VISIT, {"name": task.reference_name, "follow_up_task": task.name}, ["name", "follow_up_on"], as_dict=True)
	if waiting and waiting.follow_up_on:
		frappe.throw(
			_("Note on visit {0}, with Log Follow-Up, how the call went; that closes the task.").format(get_link_to_form(VISIT, waiting.name))
		)


def _validate(visit, outcome: str, note: str | None) -> None:
	if visit.status != SETTLED:
		frappe.throw(_("The call follows the settlement; this visit is {0}.").format(_(visit.status)))
	if visit.followed_up_on:
		frappe.throw(_("The customer was called already, on {0}.").format(frappe.format(visit.followed_up_on, "Datetime")))
	outcomes = [option for option in visit.meta.get_field("follow_up_outcome").options.split("\n") if option]
	if outcome not in outcomes:
		frappe.throw(_("Outcome must be one of: {0}").format(", ".join(map(_, outcomes))))
	if outcome != NOT_REACHED and not (note or "").strip():
		frappe.throw(_("Say in a few words what the customer said."), frappe.MandatoryError)


def _next_call(day: str | None):
	if day and getdate(day) < getdate(nowdate()):
		frappe.throw(_("The next call must not lie in the past."))
	return getdate(day) if day else add_days(getdate(nowdate()), 1)


def _go_on(visit) -> None:
	"""Take the one step that leads on within the settled states, where the workflow lets this person take it."""
	states = [state for state in open_ways(visit).values() if lets_pass(visit, state)]
	if len(set(states)) == 1:
		visit.set(STATE, states[0])
		save_facts(visit)


def _update_task(visit) -> None:
	if not (visit.follow_up_task and frappe.db.exists(TASK, visit.follow_up_task)):
		return
	task = frappe.get_doc(TASK, visit.follow_up_task)
	if task.status == "Open":
		task.update({"date": visit.follow_up_on or task.date, "status": "Open" if visit.follow_up_on else "Closed"})
		task.save(ignore_permissions=True)
