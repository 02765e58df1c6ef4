"""Notices to consultants, in their own language: one for each person, however many leads it is about."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.notices import ring

LEAD = "C4S Lead"


def tell(user: str | None, subject: str, lead: str | None = None) -> None:
	"""A notice in the bell; none to whoever did it, and none to those who do not work here any more."""
	if not user or user == frappe.session.user or not frappe.db.get_value("User", user, "enabled"):
		return
	ring(user, subject, lead and LEAD, lead, by=frappe.session.user)


def tell_of_new_leads(leads_by_user: Mapping[str, list[str]]) -> None:
	"""That leads were given to them: named if it is one, counted if there are several."""
	for user, leads in leads_by_user.items():
		language = frappe.db.get_value("User", user, "language")
		if len(leads) == 1:
			name = frappe.db.get_value(LEAD, leads[0], "lead_name")
			tell(user, _("You have a new lead: {0}", language).format(escape_html(name or "")), leads[0])
		elif leads:
			tell(user, _("You have {0} new leads.", language).format(len(leads)))
