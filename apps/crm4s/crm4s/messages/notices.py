"""Notices of the portal: the row of a message is the notice, and the customer marks it as read."""

from collections.abc import Sequence

import frappe
from frappe.utils import now_datetime
from pypika.terms import Criterion

from crm4s.messages.kinds import NOTICE
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT


def is_unread(table) -> Criterion:
	"""The builder's condition. What went to a phone or letter box is read there."""
	return (table.channel_kind == NOTICE) & table.status.isin((SENT, DELIVERED)) & table.seen_on.isnull()


def note_seen(names: Sequence[str]) -> None:
	"""The customer has read these; for a caller who knows that they are the customer's."""
	table = frappe.qb.DocType(MESSAGE)
	frappe.qb.update(table).set(table.seen_on, now_datetime()).where(table.name.isin(list(names) or [""]) & is_unread(table)).run()
