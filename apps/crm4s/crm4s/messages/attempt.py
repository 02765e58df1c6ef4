"""One attempt to send a message: decided once more and noted before it is handed over, and what came of it after."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import frappe
from frappe.utils import cint, flt, now_datetime

from crm4s import portal_link
from crm4s.messages import texts
from crm4s.messages.adapters.outcome import Accepted, Later, Outcome, Parcel, Refused, Unknown
from crm4s.messages.backoff import wait_seconds
from crm4s.messages.decision import Facts, Reason, Send, Wait, decide
from crm4s.messages.facts import CHANNEL, CUSTOMER, refreshed
from crm4s.messages.kinds import NOTICE, TASK
from crm4s.messages.outbox import DEAD, DELIVERED, FAILED, MESSAGE, SENDING, SENT, WAITING
from crm4s.messages.rows import read, sentence, settle, write
from crm4s.messages.suppression import masked
from crm4s.messages.texts import HIDDEN
from crm4s.relationship_costs import MESSAGE as COST_OF_MESSAGE
from crm4s.relationship_costs import Cost, note_costs

UNSURE = Reason("It is not known whether the provider took it; send it again only if the customer has not got it.")


@dataclass
class Closed:
	"""A channel that takes nothing until a moment, and after it so many a minute: those who wait are spread over the minutes."""

	until: datetime
	reason: Reason
	per_minute: int = 0
	waiting: int = 0

	def next_wait(self) -> Wait:
		minutes = self.waiting // self.per_minute if self.per_minute else 0
		self.waiting += 1
		return Wait(self.until + timedelta(minutes=minutes), self.reason)


def begin(facts: Facts, name: str, claim: str, closed: dict[str, Closed]) -> Parcel | None:
	"""Decide with what holds at this moment, and note that the message is about to be handed over; None if it is not.

	Args:
		facts: those of the batch, a few seconds old, by which the message may be sent.
		closed: channels that take nothing for a while, by name; one that is full now joins them.
	"""
	now = now_datetime()
	# Two messages of one customer follow one another, so that both count for the limit. The first statement of the transaction: a read before
	# it would fix what this worker sees to the time before it waited.
	frappe.db.sql(f"select name from `tab{CUSTOMER}` where name = %s for update", facts.customer["name"])
	rows = read([name], locking=True)
	if not rows or rows[0].status != SENDING or rows[0].claim != claim:
		return None
	message = rows[0]
	facts = refreshed(facts, message, now)
	verdict = decide(facts, now)
	if isinstance(verdict, Send):
		verdict = _room_in(verdict, now, closed) or verdict
	if not isinstance(verdict, Send):
		settle({name: verdict}, claim)
		return None
	return _note_attempt(message, _with_portal_link(verdict, message), facts, now)


def _with_portal_link(sending: Send, message: Mapping) -> Send:
	"""The text with a link that lets the customer in once, where it asks for one."""
	if texts.PORTAL_LINK not in sending.text + (sending.subject or ""):
		return sending
	# What is read out by a colleague must let nobody in but the customer.
	to_colleague = sending.channel["channel_kind"] == TASK
	link = texts.HIDDEN if to_colleague else portal_link.make(message.customer, portal_link.path_for(message.reference_doctype, message.reference_name, message.vehicle))
	return replace(sending, text=sending.text.replace(texts.PORTAL_LINK, link), subject=(sending.subject or "").replace(texts.PORTAL_LINK, link))


def finish(parcel: Parcel, claim: str, outcome: Outcome) -> None:
	"""Keep what came of it; nothing where somebody else has taken the message meanwhile."""
	message = read([parcel.name], locking=True)[0]
	if message.status != SENDING or message.claim != claim:
		return
	if isinstance(outcome, Accepted):
		_note_sent(parcel, message, outcome)
	elif isinstance(outcome, Refused):
		_try_next_channel(parcel, message, outcome.reason, FAILED)
	elif isinstance(outcome, Unknown) and not parcel.sending.channel["knows_keys"]:
		_leave_to_person(parcel, outcome)
	elif message.attempts >= (cint(parcel.sending.channel["most_attempts"]) or 1):
		if isinstance(outcome, Unknown):
			_leave_to_person(parcel, outcome)
		else:
			_try_next_channel(parcel, message, outcome.reason, DEAD)
	else:
		_wait(parcel, message, outcome)


def _room_in(sending: Send, now: datetime, closed: dict[str, Closed]) -> Wait | None:
	"""Whether the channel takes one more this minute and today. Its row stays locked until the attempt is noted."""
	channel = sending.channel
	per_minute, per_day = cint(channel["rate_per_minute"]), cint(channel["daily_cap"])
	if not per_minute and not per_day:
		return None
	frappe.db.sql(f"select name from `tab{CHANNEL}` where name = %s for update", channel["name"])
	midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
	if per_day and _count_since(channel["name"], midnight) >= per_day:
		reason = Reason("The channel has sent as many messages as it may in a day.")
		full = Closed(midnight + timedelta(days=1), reason, per_minute)
	elif per_minute and _count_since(channel["name"], now - timedelta(minutes=1)) >= per_minute:
		full = Closed(now + timedelta(minutes=1), Reason("The channel has sent as many messages as it may in a minute."), per_minute)
	else:
		return None
	return closed.setdefault(channel["name"], full).next_wait()


def _count_since(channel: str, moment: datetime) -> int:
	"""How many attempts were made; locking, so that those of a moment ago count, too."""
	rows = frappe.db.sql(
		f"select count(*) from `tab{MESSAGE}` where channel = %s and call_began_on > %s lock in share mode", (channel, moment)
	)
	return rows[0][0]


def _note_attempt(message: Mapping, sending: Send, facts: Facts, now: datetime) -> Parcel:
	channel = sending.channel
	kind = channel["channel_kind"]
	same = message.channel_kind == kind
	key = (message.send_key if same else None) or frappe.generate_hash(length=32)
	write(
		message.name,
		channel=channel["name"],
		channel_kind=kind,
		masked_address=None if kind == NOTICE else masked(sending.address),
		language=sending.language,
		subject=sending.kept_subject[:140],
		sent_text=sending.kept_text,
		attempts=message.attempts + 1 if same else 1,
		send_key=key,
		is_unsure=0,
		call_began_on=now,
		# Counts for the customer's limit from now on.
		sent_on=now,
	)
	message.attempts = message.attempts + 1 if same else 1
	own = facts.template["declared"]
	return Parcel(message.name, key, sending, message, {name: value for name, value in facts.values.items() if name in own}, own)


def _note_sent(parcel: Parcel, message: Mapping, outcome: Accepted) -> None:
	channel, now = parcel.sending.channel, now_datetime()
	amount = flt(channel["cost_per_message"]) * texts.parts(parcel.sending.text, cint(channel["characters_per_message"]))
	write(
		parcel.name,
		status=DELIVERED if outcome.is_delivered else SENT,
		reason=None,
		provider_id=outcome.provider_id,
		cost=amount,
		sent_on=now,
		delivered_on=now if outcome.is_delivered else None,
		values_json=_without_hidden(parcel, message),
	)
	note_costs(
		[
			Cost(
				source_key=f"message:{parcel.name}:{parcel.key}",
				customer=message.customer,
				kind=COST_OF_MESSAGE,
				amount=amount,
				incurred_on=now.date(),
				dealership=message.dealership,
				reference_doctype=MESSAGE,
				reference_name=parcel.name,
			)
		]
	)


def _without_hidden(parcel: Parcel, message: Mapping) -> str:
	"""What the message was filled with; of codes and the like the log keeps nothing."""
	values = json.loads(message.values_json or "{}")
	return json.dumps({name: HIDDEN if parcel.declared.get(name) else value for name, value in values.items()}, ensure_ascii=False)


def _try_next_channel(parcel: Parcel, message: Mapping, reason: Reason, status: str) -> None:
	"""The next channel in order at once; without one the message ends as `status`."""
	tried = [*filter(None, (message.tried_channels or "").split("\n")), parcel.sending.channel["channel_kind"]]
	left = [kind for kind in message.channels.split("\n") if kind not in tried]
	write(
		parcel.name,
		status=WAITING if left else status,
		claim=None,
		reason=sentence(reason),
		tried_channels="\n".join(tried),
		next_attempt_on=now_datetime(),
		sent_on=None,
		send_key=None,
	)


def _leave_to_person(parcel: Parcel, outcome: Unknown) -> None:
	write(parcel.name, status=DEAD, is_unsure=1, sent_on=None, reason=f"{sentence(outcome.reason)} {sentence(UNSURE)}")


def _wait(parcel: Parcel, message: Mapping, outcome: Later | Unknown) -> None:
	wished = outcome.wait_seconds if isinstance(outcome, Later) else None
	first = cint(parcel.sending.channel["first_wait_seconds"]) or 60
	seconds = wait_seconds(message.attempts, first, random.random(), wished)
	write(
		parcel.name,
		status=WAITING,
		claim=None,
		reason=sentence(outcome.reason),
		next_attempt_on=now_datetime() + timedelta(seconds=seconds),
		sent_on=None,
	)
