"""With whom a lead is, since when, and how many a consultant may hold."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.exceptions import HoldingLimitError
from crm4s.leads.who import is_only_consultant
from crm4s.settings import setting

LEAD = "C4S Lead"


def ensure_may_change_hands(lead) -> None:
	"""Consultants do not hand their leads to each other behind the manager's back; one without a consultant they may take."""
	before = lead.get_doc_before_save()
	if not before or lead.flags.ignore_permissions or not is_only_consultant():
		return
	had, gets = before.sales_consultant, lead.sales_consultant
	if (had or "") == (gets or "") or (not had and gets == frappe.session.user):
		return
	frappe.throw(
		_("Only a sales manager gives a lead to somebody else. Ask for it, or return the lead to the public pool with a reason."),
		frappe.PermissionError,
	)


def note_holder(lead) -> None:
	"""Write held_since when the consultant changes; whoever has a consultant is in no pool."""
	before = lead.get_doc_before_save()
	if lead.sales_consultant and (not before or before.sales_consultant != lead.sales_consultant):
		lead.held_since = now_datetime()
		lead.in_pool, lead.pooled_on, lead.pool_reason = 0, None, None
	elif not lead.sales_consultant:
		lead.held_since = None
	if lead.status != "Open":
		lead.in_pool = 0


def ensure_room(user: str) -> None:
	"""Refuse one more open lead for a consultant who holds as many as one may; counted past the snapshot, behind the lock on the user."""
	limit = setting("lead_holding_limit")
	if not limit:
		return
	frappe.db.get_value("User", user, "name", for_update=True)
	table = frappe.qb.DocType(LEAD)
	held = (
		frappe.qb.from_(table).select(table.name).where((table.sales_consultant == user) & (table.status == "Open")).limit(limit).for_update().run()
	)
	if len(held) >= limit:
		frappe.throw(
			_("You hold {0} open leads, as many as one may. Close some, or return some to the pool, before you take another.").format(limit),
			HoldingLimitError,
		)
