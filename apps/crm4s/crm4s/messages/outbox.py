"""Wishes become rows of C4S Message; what may forbid a message is asked when it is sent, by crm4s.messages.worker."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import frappe
from frappe.utils import now
from pypika.terms import Criterion

from crm4s.messages.decision import WITHDRAWN_BY_US
from crm4s.messages.kinds import KINDS
from crm4s.rows.writer import insert_unless_known

MESSAGE = "C4S Message"
WAITING, SENDING, SENT, DELIVERED = "To Be Sent", "Sending", "Sent", "Received by Customer"
FAILED, SUPPRESSED, DEAD = "Not Delivered", "Suppressed", "Dead"
GIVEN_UP = (FAILED, SUPPRESSED, DEAD)
LONGEST_KEY = 140
SLICE = 2000
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "status", "attempts", "replays", "cost"),
	*("source_key", "customer", "purpose", "channels", "template", "values_json", "dealership", "vehicle"),
	*("reference_doctype", "reference_name", "not_before", "not_after", "next_attempt_on"),
)


@dataclass(frozen=True)
class Wish:
	"""A message that somebody wants to be sent.

	Attributes:
		source_key: what it is about, at most 140 characters; of several wishes with one key the first counts, for ever.
		purpose: name of the C4S Contact Purpose.
		channels: kinds of channels in order of preference; one that is not allowed falls to the next.
		template: name of the C4S Message Template.
		values: for the template's own placeholders: texts, numbers, dates, datetimes; {"translate": name} for the name of a lookup.
		dealership: the store in whose name, and in whose quiet times not, it is sent.
		not_before: it is not sent earlier, in the site's own time.
		not_after: later it would be of no use, whatever its purpose allows.
	"""

	source_key: str
	customer: str
	purpose: str
	channels: tuple[str, ...]
	template: str
	values: Mapping[str, Any] = field(default_factory=dict)
	dealership: str | None = None
	vehicle: str | None = None
	reference_doctype: str | None = None
	reference_name: str | None = None
	not_before: datetime | None = None
	not_after: datetime | None = None

	def __post_init__(self):
		if not self.source_key or len(self.source_key) > LONGEST_KEY:
			raise ValueError(f"A wish needs a key of at most {LONGEST_KEY} characters, not {self.source_key!r}")
		if not self.customer:
			raise ValueError("A wish needs a customer")
		if not self.channels or set(self.channels) - set(KINDS):
			raise ValueError(f"Channels are some of {', '.join(KINDS)}, not {self.channels!r}")


def queue(wishes: Sequence[Wish]) -> int:
	"""Note the wishes whose key is new, in the caller's transaction; how many those are.

	Raises:
		ValueError: a value that is neither text, number nor time (and what `Wish` itself refuses).
	"""
	count = 0
	for begin in range(0, len(wishes), SLICE):
		count += _insert(wishes[begin : begin + SLICE])
	return count


def withdraw(reference_doctype: str, names: Sequence[str], reason: str) -> int:
	"""Let what these documents asked for and what still waits not be sent, in the caller's transaction; how many messages.

	What a worker has in its hands at this moment may still go out, but is not tried again; nor does anybody send again what was withdrawn.

	Args:
		reason: one sentence for the log, translated.
	"""
	message = frappe.qb.DocType(MESSAGE)
	open_ones = _asked_for_by(reference_doctype, names) & message.status.isin([WAITING, SENDING])
	rows = frappe.qb.from_(message).select(message.name, message.status).where(open_ones).for_update().run()
	found = [name for name, status in rows if status == WAITING]
	if rows:
		frappe.qb.update(message).set(message.not_after, now()).where(message.name.isin([name for name, _status in rows])).run()
	if found:
		(
			frappe.qb.update(message)
			.set(message.status, SUPPRESSED)
			.set(message.reason, reason)
			.set(message.reason_kind, WITHDRAWN_BY_US)
			.set(message.modified, now())
			.where(message.name.isin(found))
		).run()
	return len(found)


def hold(reference_doctype: str, names: Sequence[str], until: datetime) -> None:
	"""Let what these documents asked for and what still waits not be sent before `until`, in the caller's transaction."""
	message = frappe.qb.DocType(MESSAGE)
	(
		frappe.qb.update(message)
		.set(message.next_attempt_on, until)
		.where(_asked_for_by(reference_doctype, names) & (message.status == WAITING))
	).run()


def release(reference_doctype: str, names: Sequence[str]) -> None:
	"""Let what `hold` kept back be sent now, as if it had been asked for now."""
	message = frappe.qb.DocType(MESSAGE)
	(
		frappe.qb.update(message)
		.set(message.not_before, now())
		.set(message.next_attempt_on, now())
		.where(_asked_for_by(reference_doctype, names) & (message.status == WAITING))
	).run()


def _asked_for_by(reference_doctype: str, names: Sequence[str]) -> Criterion:
	message = frappe.qb.DocType(MESSAGE)
	return (message.reference_doctype == reference_doctype) & message.reference_name.isin(list(names) or [""])


def _insert(wishes: Sequence[Wish]) -> int:
	moment, user = now(), frappe.session.user
	return len(insert_unless_known(MESSAGE, COLUMNS, [_row(wish, moment, user) for wish in wishes]))


def _row(wish: Wish, moment: str, user: str) -> tuple:
	return (
		*(frappe.generate_hash(length=16), moment, moment, user, user, 0, 0, WAITING, 0, 0, 0),
		*(wish.source_key, wish.customer, wish.purpose, "\n".join(wish.channels), wish.template),
		*(json.dumps(dict(wish.values), ensure_ascii=False, default=_as_text), wish.dealership, wish.vehicle),
		*(wish.reference_doctype, wish.reference_name, wish.not_before, wish.not_after, wish.not_before or moment),
	)


def _as_text(value: Any) -> str:
	if isinstance(value, datetime):
		return value.isoformat(" ", "seconds")
	if isinstance(value, date):
		return value.isoformat()
	raise ValueError(f"{value!r} cannot stand in a message")
