"""The call after delivery, its outcome kept among the deal's contacts."""

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, get_datetime, getdate, now_datetime

from crm4s import follow_up
from crm4s.calendars.moments import not_before
from crm4s.crm4s.doctype.c4s_deal.status import DELIVERED
from crm4s.settings import setting

CONTACT = "C4S Deal Care Contact"


def plan(deal) -> None:
	"""One call some days after delivery, on the list of the consultant."""
	if deal.follow_up_task:
		return
	day = add_days(getdate(deal.delivered_on), setting("delivery_follow_up_days"))
	question = _("Call {0} after the delivery: is everything well with the car?").format(escape_html(deal.title))
	follow_up.plan_call(deal, day, deal.sales_consultant, question)


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
	follow_up.note_outcome(deal, outcome, moment, next_call_on)
	deal.save_facts()
	follow_up.update_task(deal)


def _validate(deal, outcome: str, summary: str | None, moment) -> None:
	if deal.status != DELIVERED:
		frappe.throw(_("The call after delivery follows the delivery; this deal is {0}.").format(_(deal.status)))
	outcomes = [option for option in frappe.get_meta(CONTACT).get_field("outcome").options.split("\n") if option]
	follow_up.validate_call(deal, outcome, outcomes, summary)
	if moment > now_datetime():
		frappe.throw(_("A contact is entered after it took place."))
	if not_before(moment, delivered := get_datetime(deal.delivered_on)) < delivered:
		frappe.throw(_("The call must not be before the delivery."))
