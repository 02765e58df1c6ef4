"""What is due to leave and has not left: messages, letters, deliveries to connected systems.

Each is one question by an index, and counting ends at metrics.HIGHEST, so ten million sent messages cost nothing.
"""

from collections.abc import Mapping

import frappe
from frappe.query_builder.functions import Min
from frappe.utils import now_datetime
from pypika.terms import Criterion

from crm4s.change_feed.sequencing import head
from crm4s.dms.webhooks.decision import DEAD
from crm4s.dms.webhooks.decision import WAITING as DELIVERY_WAITS
from crm4s.dms.webhooks.outbox import DELIVERY, ENDPOINT
from crm4s.health.metrics import HIGHEST, Values
from crm4s.messages.outbox import MESSAGE, WAITING
from crm4s.queries import select_from


def figures() -> Mapping[str, Values]:
	return {**_messages(), **_deliveries(), "crm4s_letters_waiting": {(): _letters()}}


def _messages() -> dict[str, Values]:
	message, now = frappe.qb.DocType(MESSAGE), now_datetime()
	due = (message.status == WAITING) & (message.next_attempt_on <= now)
	oldest = frappe.qb.from_(message).select(Min(message.next_attempt_on)).where(due).run()[0][0]
	return {"crm4s_messages_due": {(): _count(MESSAGE, due)}, "crm4s_messages_oldest_due_seconds": {(): _seconds(oldest)}}


def _deliveries() -> dict[str, Values]:
	endpoint, delivery = frappe.qb.DocType(ENDPOINT), frappe.qb.DocType(DELIVERY)
	names = frappe.qb.from_(endpoint).select(endpoint.name).where(endpoint.enabled == 1).run(pluck=True)
	# Its index begins with the endpoint.
	theirs = delivery.endpoint.isin(names or [""])
	waiting = theirs & (delivery.status == DELIVERY_WAITS)
	oldest = frappe.qb.from_(delivery).select(Min(delivery.creation)).where(waiting).run()[0][0]
	return {
		"crm4s_deliveries_waiting": {(): _count(DELIVERY, waiting)},
		"crm4s_deliveries_oldest_seconds": {(): _seconds(oldest)},
		"crm4s_deliveries_dead": {(): _count(DELIVERY, theirs & (delivery.status == DEAD))},
		"crm4s_deliveries_changes_behind": {(): _behind()},
	}


def _behind() -> int:
	endpoint = frappe.qb.DocType(ENDPOINT)
	told = frappe.qb.from_(endpoint).select(Min(endpoint.position)).where(endpoint.enabled == 1).run()[0][0]
	return 0 if told is None else max(head() - int(told), 0)


def _letters() -> int:
	return _count("Email Queue", frappe.qb.DocType("Email Queue").status == "Not Sent")


def _count(doctype: str, which: Criterion) -> int:
	table = frappe.qb.DocType(doctype)
	return select_from(frappe.qb.from_(table).select(table.name).where(which).limit(HIGHEST), "count(*)")[0][0]


def _seconds(since) -> float:
	return max((now_datetime() - since).total_seconds(), 0) if since else 0
