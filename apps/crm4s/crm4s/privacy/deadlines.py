"""Whoever answers what people ask of their data is reminded, once before the answer is due and once when it is overdue."""

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import add_days, format_date, getdate

from crm4s.access.staff import holders_of_group, working_for
from crm4s.access.store_of_customer import store_of
from crm4s.notices import ring
from crm4s.privacy.erasure import FAILED, OPEN, REQUEST
from crm4s.runs import commit, guarded
from crm4s.settings import setting

OFFICER = "C4S Group Manager"
MOST_TOLD = 5
# What `reminders` of a case counts.
SOON, OVERDUE = 1, 2


def remind() -> None:
	"""Every day. A night without a job is made up for; two at once say it once."""
	today = getdate()
	for reminder, last_day in ((OVERDUE, add_days(today, -1)), (SOON, add_days(today, setting("data_request_reminder_days")))):
		for name in _unanswered(reminder, last_day):
			guarded(lambda name=name, reminder=reminder: _remind(name, reminder), f"reminder of {name}")
			commit()


def _unanswered(reminder: int, last_day) -> list[str]:
	"""Cases without an answer that were due by that day and of which this was not said yet."""
	filters = {"status": ["in", [OPEN, FAILED]], "due_on": ["<=", last_day], "reminders": ["<", reminder]}
	return frappe.get_all(REQUEST, filters, pluck="name", order_by="due_on")


def _remind(name: str, reminder: int) -> None:
	case = frappe.db.get_value(REQUEST, name, ["kind", "customer", "due_on", "reminders"], as_dict=True, for_update=True)
	if case.reminders >= reminder:
		return
	frappe.db.set_value(REQUEST, name, "reminders", reminder, update_modified=False)
	for user in _officers(case.customer):
		ring(user, _sentence(name, case, reminder, get_user_lang(user)), REQUEST, name)


def _officers(customer: str | None) -> list[str]:
	"""Those who may open cases and work for the person's store; of somebody without a store, for the whole group."""
	store = store_of(customer) if customer else None
	return (working_for(store, OFFICER) if store else holders_of_group(OFFICER))[:MOST_TOLD]


def _sentence(name: str, case, reminder: int, language: str) -> str:
	if reminder == OVERDUE:
		said = _("{0} ({1}) should have been answered by {2}: a person asks about the own data.", language)
	else:
		said = _("{0} ({1}) is to be answered by {2}: a person asks about the own data.", language)
	return said.format(name, _(case.kind, language), format_date(case.due_on))
