"""What the customer said to each item: proposed until decided, decided anew when it becomes something else or dearer for the customer.

The one writer of the approval of items. Rules here are for documents; what belongs to an action stands below.
"""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import cint, escape_html, flt, now_datetime

from crm4s.exceptions import ApprovalError
from crm4s.workflows import events

PROPOSED, APPROVED, DECLINED = "Proposed", "Approved", "Declined"
DESK, PHONE, LINK, PORTAL = "Desk", "Phone", "Link", "Portal"
OPEN, COUNTER_SALE, CUSTOMER = "Open", "Counter Sale", "Customer"
NO_DECISION = {"approval": PROPOSED, "approved_by": "", "approved_on": None, "approval_note": None}
WHAT_IT_IS = ("item_kind", "part", "item_name")


def keep(visit) -> None:
	"""Take back decisions that a form or a request sent along, and ask anew where an item is not what was decided on."""
	before = visit.get_doc_before_save()
	rows = {row.name: row for row in before.items} if before else {}
	needs_no_decision = visit.visit_kind == COUNTER_SALE or is_settled_elsewhere(visit)
	for row in visit.items:
		known = rows.get(row.name)
		if not visit.flags.writes_facts:
			_restore(row, known)
			if known and not still_holds(known, row):
				row.update(NO_DECISION)
		if needs_no_decision and (row.approval or PROPOSED) == PROPOSED:
			row.approval = APPROVED
	_refuse_lost_jobs(before, visit)
	visit.undecided_items = len(undecided(visit)) if visit.status == OPEN else 0
	visit.flags.work_added = _work_was_added(before, visit)


def undecided(visit) -> list:
	return [row for row in visit.items if (row.approval or PROPOSED) == PROPOSED]


def counted(visit) -> list:
	"""The rows that count in amounts: what was declined is not done and not paid."""
	return [row for row in visit.items if row.approval != DECLINED]


def is_settled_elsewhere(visit) -> bool:
	"""Whether the visit comes to us settled, out of another system or a file: what was agreed and checked there is not asked again."""
	return bool(visit.is_new() and visit.status == "Settled" and (visit.flags.moved_by_system or frappe.flags.in_import))


def still_holds(known: Mapping, row: Mapping) -> bool:
	"""Whether a decision on the stored row counts for the row as it is now: the same thing, and after an approval not dearer for the customer."""
	if any((known.get(field) or None) != (row.get(field) or None) for field in WHAT_IT_IS):
		return False
	now, then = customers_cost(row), customers_cost(known)
	return now <= then if known.get("approval") == APPROVED else now == then


def customers_cost(row: Mapping) -> float:
	return flt(row.get("amount"), 2) if row.get("payer") == CUSTOMER else 0.0


def decide(visit, decisions: Mapping[str, str], means: str, note: str | None = None) -> None:
	"""Write what the customer said to items of a locked visit, and save it.

	Args:
		decisions: Approved or Declined, by name of the row.
		means: Desk, Phone, Link or Portal; a word on the phone needs a note who said it.
	"""
	_validate(visit, decisions, means, note)
	now = now_datetime()
	for row in visit.items:
		if row.name in decisions:
			row.update(
				{"approval": decisions[row.name], "approved_by": means, "approved_on": now, "approval_note": (note or "").strip() or None}
			)
	visit.save_facts()
	if not visit.undecided_items:
		events.happened(visit, "Items Decided")
		events.catch_up(visit)


def tell_of_added_work(visit) -> None:
	"""After the visit was saved: items that came after the first decision bring it back to where they are quoted."""
	if visit.flags.pop("work_added", False) and not visit.flags.moved_by_system:
		events.happened(visit, "Work Added")


def _restore(row, known) -> None:
	for field, nothing in NO_DECISION.items():
		row.set(field, known.get(field) if known else nothing)
	row.approval = row.approval or PROPOSED


def _work_was_added(before, visit) -> bool:
	if not before or visit.status != OPEN or visit.flags.writes_facts:
		return False
	was_decided = any(row.approval in (APPROVED, DECLINED) for row in before.items)
	return was_decided and visit.undecided_items > cint(before.undecided_items)


def _refuse_lost_jobs(before, visit) -> None:
	left = {row.name for row in visit.items}
	for row in before.items if before else []:
		if row.job and row.name not in left:
			frappe.throw(
				_("{0} is being worked on in job {1}; cancel the job before you take the item out.").format(
					frappe.bold(escape_html(row.item_name)), row.job
				),
				ApprovalError,
			)


def _validate(visit, decisions: Mapping[str, str], means: str, note: str | None) -> None:
	if visit.status != OPEN:
		frappe.throw(_("The visit is {0}; items are decided while it is open.").format(_(visit.status)), ApprovalError)
	if means not in (DESK, PHONE, LINK, PORTAL):
		frappe.throw(_("Say how the customer decided: at the desk, on the phone, by link or in the portal."), ApprovalError)
	if means == PHONE and not (note or "").strip():
		frappe.throw(_("Note who decided on the phone, and when."), frappe.MandatoryError)
	rows = {row.name: row for row in visit.items}
	if not decisions:
		frappe.throw(_("Choose at least one item."), ApprovalError)
	for name, decision in decisions.items():
		if name not in rows or decision not in (APPROVED, DECLINED):
			frappe.throw(_("An item or its decision is not known; open the visit again."), ApprovalError)
		if decision == DECLINED and rows[name].job:
			frappe.throw(
				_("{0} is being worked on in job {1}; it cannot be declined any more.").format(
					frappe.bold(escape_html(rows[name].item_name)), rows[name].job
				),
				ApprovalError,
			)
