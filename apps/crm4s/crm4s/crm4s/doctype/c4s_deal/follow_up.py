"""The call after delivery: planned once when the car goes, on somebody's list until the customer was reached, its outcome kept on the deal."""

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, get_datetime, get_link_to_form, getdate, now_datetime, nowdate

from crm4s.calendars.moments import not_before
from crm4s.crm4s.doctype.c4s_deal.status import DELIVERED
from crm4s.settings import setting

DEAL, TASK, CONTACT = "C4S Deal", "ToDo", "C4S Deal Care Contact"
NOT_REACHED = "Not Reached"
# Those who call customers may not write deals otherwise.
CALLERS = frozenset({"C4S Customer Service Representative", "C4S CRM Specialist", "C4S CRM Manager"})


def plan(deal) -> None:
	"""One call some days after delivery, on the list of the consultant; its name on the deal says that it is there."""
	if deal.follow_up_task:
		return
	day = add_days(getdate(deal.delivered_on), setting("delivery_follow_up_days"))
	task = frappe.get_doc(
		{
			"doctype": TASK,
			"allocated_to": deal.sales_consultant or frappe.session.user,
			"assigned_by": frappe.session.user,
			"reference_type": DEAL,
			"reference_name": deal.name,
			"date": day,
			"description": _("Call {0} after the delivery: is everything well with the car?").format(escape_html(deal.title)),
		}
	).insert(ignore_permissions=True)
	deal.db_set({"follow_up_task": task.name, "follow_up_on": day}, update_modified=False)


def log(
	deal, channel: str, outcome: str, summary: str | None = None, contacted_on: str | None = None, next_call_on: str | None = None
) -> None:
	"""Keep how a call went. Who was not reached is called again, the next day if nobody says when; any other outcome ends the task."""
	moment = get_datetime(contacted_on) if contacted_on else now_datetime()
	_validate(deal, outcome, summary, moment)
	deal.append(
		"care_contacts",
		{
			"contacted_on": moment,
			"channel": channel,
			"outcome": outcome,
			"summary": (summary or "").strip() or _(outcome),
			"contacted_by": frappe.session.user,
		},
	)
	if outcome == NOT_REACHED:
		_call_again(deal, next_call_on)
	else:
		deal.update(
			{"follow_up_on": None, "followed_up_on": moment, "followed_up_by": frappe.session.user, "follow_up_outcome": outcome}
		)
	deal.save_facts()
	_update_task(deal)


def keep_task_until_called(task, event: str | None = None) -> None:
	"""The task closes with the outcome: whoever ticks it off without one is sent to the deal."""
	if task.status != "Closed" or task.reference_type != DEAL or not task.has_value_changed("status"):
		return
	waiting = frappe.db.get_value(DEAL, {"name": task.reference_name, "follow_up_task": task.name}, ["name", "follow_up_on"], as_dict=True)
	if waiting and waiting.follow_up_on:
		frappe.throw(
			_("Note on deal {0}, with Log Follow-Up, how the call went; that closes the task.").format(get_link_to_form(DEAL, waiting.name))
		)


def _validate(deal, outcome: str, summary: str | None, moment) -> None:
	if deal.status != DELIVERED:
		frappe.throw(_("The call after delivery follows the delivery; this deal is {0}.").format(_(deal.status)))
	if deal.followed_up_on:
		frappe.throw(_("The customer was called already, on {0}.").format(frappe.format(deal.followed_up_on, "Datetime")))
	outcomes = [option for option in frappe.get_meta(CONTACT).get_field("outcome").options.split("\n") if option]
	if outcome not in outcomes:
		frappe.throw(_("Outcome must be one of: {0}").format(", ".join(map(_, outcomes))))
	if outcome != NOT_REACHED and not (summary or "").strip():
		frappe.throw(_("Say in a few words what the customer said."), frappe.MandatoryError)
	if moment > now_datetime():
		frappe.throw(_("A contact is entered after it took place."))
	if not_before(moment, delivered := get_datetime(deal.delivered_on)) < delivered:
		frappe.throw(_("The call must not be before the delivery."))


def _call_again(deal, next_call_on: str | None) -> None:
	if next_call_on and getdate(next_call_on) < getdate(nowdate()):
		frappe.throw(_("The next call must not lie in the past."))
	deal.follow_up_on = getdate(next_call_on) if next_call_on else add_days(getdate(nowdate()), 1)


def _update_task(deal) -> None:
	if not deal.follow_up_task:
		return
	task = frappe.get_doc(TASK, deal.follow_up_task)
	if task.status == "Open":
		task.update({"date": deal.follow_up_on or task.date, "status": "Open" if deal.follow_up_on else "Closed"})
		task.save(ignore_permissions=True)
