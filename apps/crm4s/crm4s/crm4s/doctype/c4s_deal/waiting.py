"""The time between order and delivery: the promised day, and the customer who waits for it."""

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_deal.status import ORDERED, QUOTED
from crm4s.settings import setting


def validate_promise(deal) -> None:
	"""A day to come; once the deal is ordered it is moved with a reason only."""
	before = deal.get_doc_before_save()
	if _day(deal.promised_on) == _day(before.promised_on if before else None):
		return
	if before and before.status not in (QUOTED, ORDERED):
		frappe.throw(_("The promised day cannot change any more: the deal is {0}.").format(_(before.status)))
	if before and before.status == ORDERED and before.promised_on and not deal.flags.writes_facts:
		frappe.throw(_("The customer was promised {0}; move the promise with its button, which asks why.").format(
			frappe.format(before.promised_on, "Date")
		))
	if deal.promised_on and getdate(deal.promised_on) < getdate(nowdate()):
		frappe.throw(_("Promised On must not lie in the past."))


def move_promise(deal, promised_on: str, reason: str, customer_informed: bool) -> None:
	if deal.status != ORDERED:
		frappe.throw(_("A promise is moved while the customer waits; the deal is {0}.").format(_(deal.status)))
	if not (reason or "").strip():
		frappe.throw(_("Say why the promised day is moved."), frappe.MandatoryError)
	if _day(promised_on) == _day(deal.promised_on):
		frappe.throw(_("The customer was promised that day already."))
	deal.append(
		"promises",
		{
			"promised_before": deal.promised_on,
			"promised_on": promised_on,
			"reason": reason.strip(),
			"customer_informed": int(customer_informed),
			"moved_on": now_datetime(),
			"moved_by": frappe.session.user,
		},
	)
	deal.promised_on = promised_on
	deal.save_facts()


def set_next_care(deal) -> None:
	"""While the customer waits: the day agreed at the last contact, or the interval of the settings after it."""
	contacts = sorted((row for row in deal.care_contacts), key=lambda row: get_datetime(row.contacted_on))
	deal.last_care_on = contacts[-1].contacted_on if contacts else None
	if deal.status != ORDERED:
		deal.next_care_on = None
	elif contacts and contacts[-1].next_care_on:
		deal.next_care_on = contacts[-1].next_care_on
	else:
		deal.next_care_on = add_days(getdate(deal.last_care_on or deal.ordered_on), setting("waiting_care_days"))


def log_care(deal, channel: str, summary: str, contacted_on: str | None, next_care_on: str | None) -> None:
	if deal.status != ORDERED:
		frappe.throw(_("Care during the wait is for ordered deals; this one is {0}.").format(_(deal.status)))
	moment = get_datetime(contacted_on) if contacted_on else now_datetime()
	if moment > now_datetime():
		frappe.throw(_("A contact is entered after it took place."))
	if getdate(moment) < getdate(deal.ordered_on):
		frappe.throw(_("The contact must not be before the order."))
	if next_care_on and getdate(next_care_on) < getdate(nowdate()):
		frappe.throw(_("Next Care On must not lie in the past."))
	deal.append(
		"care_contacts",
		{
			"contacted_on": moment,
			"channel": channel,
			"summary": summary,
			"next_care_on": next_care_on or None,
			"contacted_by": frappe.session.user,
		},
	)
	deal.save_facts()


def _day(value):
	return getdate(value) if value else None
