"""The public pool (公海): open leads that nobody holds. Consultants see them masked, and the first who takes one has it."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import date_diff, now_datetime, nowdate

from crm4s.access.required import require_permission
from crm4s.access.stores import stores_of
from crm4s.change_feed.noting import note
from crm4s.exceptions import LeadTakenError
from crm4s.identifiers.masking import mask_name
from crm4s.leads.holding import ensure_room
from crm4s.leads.movements import log_movements
from crm4s.leads.next_step import suggested_action
from crm4s.leads.who import is_only_consultant, returns_for_others

LEAD = "C4S Lead"
PAGE = 20
SHOWN = (
	"name", "lead_name", "masked_phone", "dealership", "source", "interested_model", "grade", "score", "received_on", "last_contacted_on", "pooled_on",
)


def hides_pool(user: str | None = None) -> bool:
	"""Whether pooled leads are kept out of what `user` lists and opens: a consultant sees them on the pool's page only."""
	return is_only_consultant(user)


def may_see_pooled(document, user: str | None = None) -> bool:
	"""The counterpart for one lead."""
	return not document.get("in_pool") or not hides_pool(user)


@frappe.whitelist()
def waiting(start: int = 0, source: str | None = None, grade: str | None = None, model: str | None = None) -> dict:
	"""A page of the own stores' pool, best score first: `leads` with masked name and phone and `days` in the pool, `more` if there are more.

	For those who may read leads.
	"""
	require_permission(LEAD, "read")
	filters = {"in_pool": 1, "status": "Open", **_of_own_stores()}
	filters.update({field: value for field, value in (("source", source), ("grade", grade), ("interested_model", model)) if value})
	rows = frappe.get_all(LEAD, filters, SHOWN, order_by="score desc, pooled_on desc", limit_start=max(0, start), limit=PAGE + 1)
	return {"leads": [_masked(row) for row in rows[:PAGE]], "more": len(rows) > PAGE}


@frappe.whitelist()
def count_waiting(filters: str | None = None) -> dict:
	"""How many leads wait in the own stores' pool, for the number card. For those who may read leads."""
	require_permission(LEAD, "read")
	count = frappe.db.count(LEAD, {"in_pool": 1, "status": "Open", **_of_own_stores()})
	return {"value": count, "fieldtype": "Int", "route": ["c4s-lead-pool"]}


@frappe.whitelist(methods=["POST"])
def take(lead: str) -> str:
	"""The current user takes a lead out of the pool of an own store; its name. For those who may write leads.

	Raises:
		LeadTakenError: it is not in the pool any more, or of another store.
		HoldingLimitError: the user holds as many as one may.
	"""
	require_permission(LEAD, "write")
	user, stores = frappe.session.user, stores_of()
	ensure_room(user)
	row = frappe.db.get_value(LEAD, lead, ["in_pool", "status", "dealership", "workflow_state"], as_dict=True, for_update=True)
	if not row or not row.in_pool or row.status != "Open" or (stores is not None and row.dealership not in stores):
		frappe.throw(_("Somebody else was faster: this lead is not in the pool any more."), LeadTakenError)
	now = now_datetime()
	frappe.db.set_value(
		LEAD,
		lead,
		{
			**{"in_pool": 0, "pooled_on": None, "pool_reason": None, "sales_consultant": user, "held_since": now},
			**{"next_contact_on": now.date(), "next_contact_time": None, "next_action": suggested_action(row.workflow_state)},
		},
	)
	note(LEAD, [lead], fields=["sales_consultant", "in_pool"])
	log_movements([{"lead": lead, "dealership": row.dealership, "movement": "Taken", "to_user": user}])
	return lead


@frappe.whitelist(methods=["POST"])
def give_back(leads: list[str] | str, reason: str) -> int:
	"""Return own leads to the pool; the number returned. Managers and CRM specialists return everybody's, a consultant only what is his or hers.

	Who else writes leads, as at the counter and on the phone, returns what nobody holds as well.
	"""
	require_permission(LEAD, "write")
	names = frappe.parse_json(leads or "[]") if isinstance(leads, str) else leads
	if not (reason or "").strip():
		frappe.throw(_("Say why the lead goes back to the pool; the next one wants to know."))
	for name in names:
		document = frappe.get_doc(LEAD, name)
		document.check_permission("write")
		if document.status != "Open":
			frappe.throw(_("Only open leads go to the pool; {0} is closed.").format(frappe.bold(document.lead_name)))
		if not _may_return(document):
			frappe.throw(_("{0} is not your lead.").format(frappe.bold(document.lead_name)), frappe.PermissionError)
	return put_into_pool(names, reason.strip(), "Returned to Pool")


def _may_return(document) -> bool:
	holder = document.sales_consultant
	return holder == frappe.session.user or returns_for_others() or (not holder and not is_only_consultant())


def put_into_pool(names: Iterable[str], reason: str, movement: str) -> int:
	"""Bring these open leads into the pool in sets, and take every side door away from whoever had them; the number that went.

	One writer for the nightly job and for people. A lead that is in the pool already stays as it is.
	"""
	table = frappe.qb.DocType(LEAD)
	which = table.name.isin(list(names) or [""]) & (table.status == "Open") & (table.in_pool == 0)
	rows = frappe.qb.from_(table).select(table.name, table.dealership, table.sales_consultant).where(which).for_update().run(as_dict=True)
	if not rows:
		return 0
	found, now = [row.name for row in rows], now_datetime()
	(
		frappe.qb.update(table)
		.set(table.in_pool, 1)
		.set(table.pooled_on, now)
		.set(table.pool_reason, reason)
		.set(table.sales_consultant, None)
		.set(table.held_since, None)
		.set(table.modified, now)
		.set(table.modified_by, frappe.session.user)
		.where(table.name.isin(found))
		.run()
	)
	note(LEAD, found, fields=["sales_consultant", "in_pool"])
	_close_side_doors(found)
	log_movements(
		{"lead": row.name, "dealership": row.dealership, "movement": movement, "from_user": row.sales_consultant, "reason": reason} for row in rows
	)
	return len(found)


def _close_side_doors(names: list[str]) -> None:
	"""Frappe shows a shared or assigned document to its user whatever the conditions of the list say."""
	frappe.db.delete("DocShare", {"share_doctype": LEAD, "share_name": ["in", names]})
	todo = frappe.qb.DocType("ToDo")
	of_leads = (todo.reference_type == LEAD) & todo.reference_name.isin(names) & (todo.status == "Open")
	frappe.qb.update(todo).set(todo.status, "Cancelled").where(of_leads).run()
	table = frappe.qb.DocType(LEAD)
	frappe.qb.update(table).set(table._assign, None).where(table.name.isin(names)).run()


def _masked(row: dict) -> dict:
	days = date_diff(nowdate(), row.pooled_on) if row.pooled_on else 0
	return {**row, "lead_name": mask_name(row.lead_name or ""), "days": days}


def _of_own_stores() -> dict:
	stores = stores_of()
	return {} if stores is None else {"dealership": ["in", stores or [""]]}
