"""Owner clubs: who may join, joining, leaving."""

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER

CLUB, MEMBER = "C4S Owner Club", "C4S Owner Club Member"
MOST_SHOWN = 50


def validate_may_join(club: str, customer: str) -> None:
	"""Refuse who has no car of the club, and a club that is not active."""
	asked = frappe.db.get_value(CLUB, club, ["active", "brand", "model"], as_dict=True)
	if not asked.active:
		frappe.throw(_("This club takes no members now."))
	car = {"current_owner": customer, "status": ["in", WITH_CUSTOMER]}
	for field in ("brand", "model"):
		if asked[field]:
			car[field] = asked[field]
	if (asked.brand or asked.model) and not frappe.db.exists("C4S Vehicle", car):
		frappe.throw(_("Only who owns a {0} may join this club.").format(frappe.bold(asked.model or _(asked.brand))))


def clubs_of(customer: str) -> list[dict]:
	"""Rows of the clubs that the current user sees: name, title and, where the customer is in, the name and beginning of the membership."""
	inside = {
		row.club: row
		for row in frappe.get_list(MEMBER, {"customer": customer}, ["name", "club", "since", "until"])
		if not row.until or getdate(row.until) >= getdate(nowdate())
	}
	rows = frappe.get_list(CLUB, {"active": 1}, ["name", "club_name", "benefits"], order_by="club_name", limit=MOST_SHOWN)
	return [{**row, "member": inside[row.name].name if row.name in inside else None, "since": inside[row.name].since if row.name in inside else None} for row in rows]


def join(club: str, customer: str) -> str:
	"""The customer in the club from today on, also one who left before; the name of the row. Permission is the caller's question."""
	known = frappe.db.get_value(MEMBER, {"club": club, "customer": customer})
	if not known:
		return frappe.get_doc({"doctype": MEMBER, "club": club, "customer": customer, "since": nowdate()}).insert().name
	member = frappe.get_doc(MEMBER, known, for_update=True)
	if member.until and getdate(member.until) < getdate(nowdate()):
		validate_may_join(club, customer)
		member.since = nowdate()
	member.until = None
	return member.save().name


def leave(member: str) -> None:
	"""Today is the last day."""
	document = frappe.get_doc(MEMBER, member, for_update=True)
	document.until = max(getdate(nowdate()), getdate(document.since))
	document.save()
