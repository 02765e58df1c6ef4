"""Who may see which figures of satisfaction.

Managers, who may read the responses, see every figure about others; small samples are marked. Whoever is rated (advisor, consultant) sees figures about
himself from `least_answers_shown` answers on, and only over the last twelve whole months: a period of one's own choice would tell a single answer by the
difference of two. Of a manager who is rated that holds, too: what rates the reader is in no other figure and no quote.
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, add_months, get_first_day, getdate, nowdate

from crm4s.satisfaction.read import RESPONSE
from crm4s.settings import setting

# View of persons: the filter that names one.
PERSONS = {"Service Advisor": "service_advisor", "Sales Consultant": "sales_consultant"}


def reads_responses(user: str | None = None) -> bool:
	"""Whether the user may see figures of others."""
	return bool(frappe.has_permission(RESPONSE, "report", user=user))


def require_reader() -> None:
	if not reads_responses():
		frappe.throw(_("You may not read what customers answered."), frappe.PermissionError)


def least_shown() -> int:
	return int(setting("least_answers_shown") or 0)


def small_below() -> int:
	return int(setting("small_sample_below") or 0)


def names_reader(filters) -> bool:
	return frappe.session.user != "Administrator" and any(filters.get(field) == frappe.session.user for field in PERSONS.values())


def about_reader(filters, view: str, key: str | None) -> bool:
	"""Whether a row tells about the one who reads it."""
	user = frappe.session.user
	return (view in PERSONS and key == user) or any(filters.get(field) == user for field in PERSONS.values())


def hidden(filters, view: str, key: str | None, answers: int) -> bool:
	"""Whether too few answers stand behind a figure about its reader."""
	return answers < least_shown() and about_reader(filters, view, key)


def sample_note(answers: int, is_hidden: bool = False) -> str:
	if is_hidden:
		return _("Too Few Answers to Show")
	return _("Small Sample") if answers < small_below() else ""


def whole_months(count: int = 12) -> tuple[date, date]:
	"""First and last day of the last whole months."""
	first = get_first_day(getdate(nowdate()))
	return getdate(add_months(first, -count)), getdate(add_days(first, -1))
