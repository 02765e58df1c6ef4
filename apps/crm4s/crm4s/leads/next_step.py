"""What is done next with an open lead and when: what a person set, else what follows from the last contact, the grade or the response time."""

from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, getdate

from crm4s.calendars.working_hours import NeverOpenError, next_opening
from crm4s.settings import setting
from crm4s.store_hours import working_hours

ACTION, OUTCOME = "C4S Next Action", "C4S Contact Outcome"


def set_next_step(lead) -> None:
	"""Write next_action, next_contact_on and next_contact_time; an open lead has the first two, another none."""
	_normalise_time(lead)
	if lead.status != "Open":
		lead.next_action = lead.next_contact_on = lead.next_contact_time = None
		return
	_set_moment(lead)
	_set_action(lead)


def _normalise_time(lead) -> None:
	if not lead.next_contact_time:
		return
	try:
		lead.next_contact_time = f"{datetime.strptime(lead.next_contact_time.strip().replace('：', ':'), '%H:%M'):%H:%M}"
	except ValueError:
		frappe.throw(_("Next Contact At must be a time such as 14:30."))


def _set_moment(lead) -> None:
	if _set_by_hand(lead, "next_contact_on") or not _moment_out_of_date(lead):
		return
	day, at = _due(lead)
	lead.next_contact_on = day
	if not _set_by_hand(lead, "next_contact_time"):
		lead.next_contact_time = at


def _set_action(lead) -> None:
	if _set_by_hand(lead, "next_action"):
		return
	before = lead.get_doc_before_save()
	same = before and before.status == "Open" and before.workflow_state == lead.workflow_state
	if same and lead.next_action and _last_row_key(before) == _last_row_key(lead):
		return
	lead.next_action = _action_after_outcome(lead) or suggested_action(lead.workflow_state) or lead.next_action


def suggested_action(state: str | None) -> str | None:
	"""The action of the state, else the one for states without their own; None where the list has neither."""
	for filters in ({"state": state or ""}, {"is_default": 1}):
		name = frappe.get_all(ACTION, {**filters, "enabled": 1}, pluck="name", order_by="sequence", limit=1)
		if name:
			return name[0]
	return None


def _action_after_outcome(lead) -> str | None:
	last = last_row(lead)
	return frappe.get_cached_value(OUTCOME, last.outcome, "next_action") if last and last.outcome else None


def _set_by_hand(lead, fieldname: str) -> bool:
	value = lead.get(fieldname)
	if not value:
		return False
	before = lead.get_doc_before_save()
	return not before or _plain(value) != _plain(before.get(fieldname))


def _plain(value) -> str:
	"""Forms send texts, the database gives days."""
	return str(value or "").strip()


def _moment_out_of_date(lead) -> bool:
	"""Whether what the moment follows from has changed since the last save."""
	before = lead.get_doc_before_save()
	if not before or not lead.next_contact_on or before.status != "Open":
		return True
	return (lead.grade, _last_row_key(lead), str(lead.respond_by)) != (before.grade, _last_row_key(before), str(before.respond_by))


def _due(lead) -> tuple[date, str | None]:
	last = last_row(lead)
	if not last:
		return _due_without_contact(lead)
	contacted = get_datetime(last.contacted_on)
	if last.inbound:
		return contacted.date(), None
	if last.next_contact_on:
		return getdate(last.next_contact_on), None
	hours = frappe.get_cached_value(OUTCOME, last.outcome, "next_try_hours") if last.outcome else 0
	if hours:
		moment = _within_hours(lead.dealership, contacted + timedelta(hours=hours))
		return moment.date(), f"{moment:%H:%M}"
	return getdate(add_days(contacted.date(), contact_interval(lead.grade))), None


def _due_without_contact(lead) -> tuple[date, str | None]:
	"""Before anybody called, the answer that the source expects; else the grade's interval from receipt."""
	if lead.respond_by:
		moment = get_datetime(lead.respond_by)
		return moment.date(), f"{moment:%H:%M}"
	return getdate(add_days(getdate(lead.received_on), contact_interval(lead.grade))), None


def contact_interval(grade: str | None) -> int:
	"""Days after which a lead of this grade is contacted again."""
	return frappe.get_cached_value("C4S Lead Grade", grade, "contact_interval_days") if grade else setting("ungraded_contact_days")


def last_row(lead):
	"""The latest row of the contact log, the customer's own questions among them."""
	rows = [row for row in lead.contacts if row.contacted_on]
	return max(rows, key=lambda row: (get_datetime(row.contacted_on), row.idx)) if rows else None


def our_contacts(lead) -> list[datetime]:
	"""When we contacted the customer, in order."""
	return sorted(get_datetime(row.contacted_on) for row in lead.contacts if row.contacted_on and not row.inbound)


def _last_row_key(lead) -> tuple | None:
	row = last_row(lead)
	if not row:
		return None
	return get_datetime(row.contacted_on), str(row.next_contact_on or ""), row.outcome or "", int(row.inbound or 0)


def _within_hours(dealership: str, moment: datetime) -> datetime:
	try:
		return next_opening(working_hours(dealership, moment.date(), moment.date() + timedelta(days=31)), moment)
	except NeverOpenError:
		return moment
