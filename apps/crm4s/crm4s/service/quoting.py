"""The customer hears what the items cost: from then on they wait for a decision."""

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from crm4s.exceptions import ApprovalError
from crm4s.service import approval, parts
from crm4s.workflows import events


def quote(visit, promised_on: str | None = None) -> None:
	"""Stamp the quotation of what is not decided yet, with the time when the car will be ready."""
	if visit.status != approval.OPEN:
		frappe.throw(_("The visit is {0}; items are quoted while it is open.").format(_(visit.status)), ApprovalError)
	if not approval.undecided(visit):
		frappe.throw(_("There is no item that waits for a decision; add one first."), ApprovalError)
	if promised_on:
		visit.promised_on = get_datetime(promised_on)
	visit.quoted_on = now_datetime()
	visit.save_facts()
	events.happened(visit, "Items Quoted")


def set_shortages(visit) -> None:
	"""What the store lacks of each part; rows of the same part share what there is, in their order."""
	rows = [row for row in approval.counted(visit) if row.part] if visit.status == approval.OPEN else []
	lacking = parts.missing(visit.dealership, [(row.part, row.quantity) for row in rows])
	for row in visit.items:
		row.shortage = 0
	for row in reversed(rows):
		row.shortage = min(lacking.get(row.part, 0), row.quantity)
		lacking[row.part] = lacking.get(row.part, 0) - row.shortage


def warnings(visit) -> list[dict]:
	"""Parts that are missing now, for the words to the customer: item_name, part, shortage."""
	rows = [row for row in approval.counted(visit) if row.part] if visit.status == approval.OPEN else []
	lacking = parts.missing(visit.dealership, [(row.part, row.quantity) for row in rows])
	names = {row.part: row.item_name for row in rows}
	return [{"part": part, "item_name": names[part], "shortage": quantity} for part, quantity in lacking.items()]
