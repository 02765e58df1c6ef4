"""The scheduled sender: takes what is due, asks what may forbid it, hands it over, keeps what came of it.

Several may run at once, and each may be killed at any moment. A message is claimed before anything is done with it, and what we are about to
do is committed before a provider is called. A call of which we cannot say whether it was taken is repeated only where the provider sends once
for each key; else a person decides.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint, flt, now_datetime

from crm4s.messages import texts
from crm4s.messages.adapters import http, local, mail
from crm4s.messages.adapters.outcome import Accepted, Later, Outcome, Parcel, Refused, Unknown
from crm4s.messages.backoff import wait_seconds
from crm4s.messages.decision import Broken, Facts, Reason, Send, Verdict, Wait, decide
from crm4s.messages.facts import CHANNEL, CUSTOMER, facts_of, refreshed
from crm4s.messages.kinds import MAIL, NOTICE, OVER_HTTP, TASK
from crm4s.messages.outbox import DEAD, DELIVERED, FAILED, MESSAGE, SENDING, SENT, SUPPRESSED, WAITING
from crm4s.messages.suppression import masked
from crm4s.messages.texts import HIDDEN
from crm4s.relationship_costs import MESSAGE as COST_OF_MESSAGE
from crm4s.relationship_costs import Cost, note_costs

BATCH = 100
RUN_SECONDS = 50
# Longer than the longest wait for a provider.
LEASE = timedelta(minutes=10)
# A provider that fails so often in a row is left alone for a while.
MOST_FAILURES, PAUSE = 3, timedelta(minutes=2)
FINISH_ATTEMPTS = 3
ADAPTERS: dict[str, Callable[[Parcel], Outcome]] = {
	**dict.fromkeys(OVER_HTTP, http.send),
	MAIL: mail.send,
	NOTICE: local.notice,
	TASK: local.task,
}
FIELDS = (
	*("name", "creation", "status", "claim", "customer", "purpose", "template", "channels", "tried_channels", "values_json", "dealership"),
	*("vehicle", "reference_doctype", "reference_name", "not_before", "attempts", "channel_kind", "channel", "send_key", "replays"),
)
UNSURE = Reason("It is not known whether the provider took it; send it again only if the customer has not got it.")


@dataclass
class Run:
	"""One pass of a worker: until when it goes on, and which channels it leaves alone meanwhile."""

	deadline: float
	failures: Counter = field(default_factory=Counter)
	closed: dict[str, "Closed"] = field(default_factory=dict)

	def is_over(self) -> bool:
		return time.monotonic() > self.deadline


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


def send_due(seconds: float = RUN_SECONDS) -> int:
	"""Every minute: whatever is due, until nothing is or the time is over; how many messages were looked at."""
	run, count = Run(time.monotonic() + seconds), 0
	recover()
	while not run.is_over() and (claimed := claim_due()):
		count += work_off(*claimed, run)
	mail.follow_queue()
	_commit()
	return count


def claim_due(limit: int = BATCH) -> tuple[str, list[str]] | None:
	"""Take messages that are due for this worker: its claim and their names; None if nothing is due."""
	now, claim = now_datetime(), frappe.generate_hash(length=16)
	# The query builder of older versions has no `skip locked`.
	names = frappe.db.sql(
		f"select name from `tab{MESSAGE}` where status = %s and next_attempt_on <= %s"
		" order by next_attempt_on limit %s for update skip locked",
		(WAITING, now, limit),
		pluck=True,
	)
	if not names:
		_commit()
		return None
	message = frappe.qb.DocType(MESSAGE)
	(
		frappe.qb.update(message)
		.set(message.status, SENDING)
		.set(message.claim, claim)
		.set(message.claimed_on, now)
		.set(message.call_began_on, None)
		.where(message.name.isin(names))
	).run()
	_commit()
	return claim, names


def work_off(claim: str, names: list[str], run: Run | None = None) -> int:
	"""First, in sets, what cannot be sent now; then the others, one by one."""
	run = run or Run(time.monotonic() + RUN_SECONDS)
	now = now_datetime()
	messages = _read(names)
	facts = facts_of(messages, now)
	verdicts = {message.name: _unless_closed(decide(facts[message.name], now), run) for message in messages}
	_settle({name: verdict for name, verdict in verdicts.items() if not isinstance(verdict, Send)}, claim)
	_commit()
	for name in names:
		if run.is_over():
			break
		verdict = verdicts.get(name)
		if isinstance(verdict, Send):
			_deliver_or_note(facts[name], name, claim, verdict, run)
	_give_back(claim)
	_commit()
	return len(messages)


def deliver(facts: Facts, name: str, claim: str, run: Run) -> None:
	"""Ask once more, now for this message alone, and hand it over."""
	parcel = begin(facts, name, claim, run)
	if not parcel:
		_commit()
		return
	channel = parcel.sending.channel
	if channel["channel_kind"] in OVER_HTTP:
		_commit()
		outcome = ADAPTERS[channel["channel_kind"]](parcel)
	else:
		outcome = _in_our_transaction(parcel, ADAPTERS[channel["channel_kind"]])
	_finish_surely(parcel, claim, outcome)
	_mind_failures(channel, outcome, run)


def begin(facts: Facts, name: str, claim: str, run: Run) -> Parcel | None:
	"""Decide with what holds at this moment, and note that the message is about to be handed over; None if it is not.

	Args:
		facts: those of the batch, a few seconds old.
	"""
	now = now_datetime()
	customer = frappe.db.get_value(MESSAGE, name, "customer")
	# Two messages of one customer follow one another, so that both count for the limit. Locked first: what is read after is the newest.
	frappe.db.sql(f"select name from `tab{CUSTOMER}` where name = %s for update", customer)
	rows = _read([name], locking=True)
	if not rows or rows[0].status != SENDING or rows[0].claim != claim:
		return None
	message = rows[0]
	facts = refreshed(facts, message, now)
	verdict = decide(facts, now)
	if isinstance(verdict, Send):
		verdict = _room_in(verdict, now, run) or verdict
	if not isinstance(verdict, Send):
		_settle({name: verdict}, claim)
		return None
	return _note_attempt(message, verdict, facts, now)


def finish(parcel: Parcel, claim: str, outcome: Outcome) -> None:
	"""Keep what came of it; nothing where somebody else has taken the message meanwhile."""
	message = _read([parcel.name], locking=True)[0]
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


def recover() -> int:
	"""What a worker that was killed left: what was not handed over yet waits again, of the rest a person decides. How many."""
	rows = frappe.get_all(
		MESSAGE,
		{"status": SENDING, "claimed_on": ["<", now_datetime() - LEASE]},
		["name", "call_began_on", "channel", "channel_kind"],
		limit_page_length=BATCH * 10,
	)
	knowing = set(frappe.get_all(CHANNEL, {"knows_keys": 1}, pluck="name"))
	# What is written in our own transaction is there wholly or not at all.
	again = [row.name for row in rows if not row.call_began_on or row.channel_kind not in OVER_HTTP or row.channel in knowing]
	dead = [row.name for row in rows if row.name not in set(again)]
	_write_all(again, status=WAITING, claim=None, sent_on=None, next_attempt_on=now_datetime())
	_write_all(dead, status=DEAD, claim=None, sent_on=None, reason=sentence(UNSURE), is_unsure=1)
	_commit()
	return len(rows)


def sentence(reason: Reason) -> str:
	"""In the language of whoever runs: for the worker that of the site, since the log is read by many."""
	values = {name: _(value) if name == "channel" else value for name, value in reason.values.items()}
	return _(reason.template).format(**values)


def _settle(verdicts: Mapping[str, Verdict], claim: str) -> None:
	"""Write what becomes of messages that are not sent now, those alike at once."""
	alike: dict[tuple, list[str]] = {}
	for name, verdict in verdicts.items():
		if isinstance(verdict, Wait):
			key = (WAITING, verdict.until, sentence(verdict.reason))
		elif isinstance(verdict, Broken):
			key = (DEAD, None, sentence(verdict.reason))
		else:
			key = (SUPPRESSED, None, " ".join(map(sentence, verdict.reasons)))
		alike.setdefault(key, []).append(name)
	for (status, until, reason), names in alike.items():
		_write_all(names, claim, status=status, reason=reason, claim=None, **({"next_attempt_on": until} if until else {}))


def _unless_closed(verdict: Verdict, run: Run) -> Verdict:
	closed = run.closed.get(verdict.channel["name"]) if isinstance(verdict, Send) else None
	return closed.next_wait() if closed else verdict


def _room_in(sending: Send, now: datetime, run: Run) -> Wait | None:
	"""Whether the channel takes one more this minute and today. Its row stays locked until the attempt is noted."""
	channel = sending.channel
	per_minute, per_day = cint(channel["rate_per_minute"]), cint(channel["daily_cap"])
	if not per_minute and not per_day:
		return None
	frappe.db.sql(f"select name from `tab{CHANNEL}` where name = %s for update", channel["name"])
	midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
	if per_day and _count_since(channel["name"], midnight) >= per_day:
		reason = Reason("The channel has sent as many messages as it may in a day.")
		closed = Closed(midnight + timedelta(days=1), reason, per_minute)
	elif per_minute and _count_since(channel["name"], now - timedelta(minutes=1)) >= per_minute:
		closed = Closed(now + timedelta(minutes=1), Reason("The channel has sent as many messages as it may in a minute."), per_minute)
	else:
		return None
	return run.closed.setdefault(channel["name"], closed).next_wait()


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
	_write(
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


def _finish_surely(parcel: Parcel, claim: str, outcome: Outcome) -> None:
	"""What a provider did is not forgotten because two transactions stood in each other's way."""
	for attempt in range(FINISH_ATTEMPTS):
		try:
			finish(parcel, claim, outcome)
			_commit()
			return
		except frappe.QueryDeadlockError:
			if attempt == FINISH_ATTEMPTS - 1:
				raise
			frappe.db.rollback()


def _deliver_or_note(facts: Facts, name: str, claim: str, verdict: Send, run: Run) -> None:
	"""An error of ours at one message is noted and tried again later; the others go on."""
	if verdict.channel["name"] in run.closed:
		_settle({name: run.closed[verdict.channel["name"]].next_wait()}, claim)
		return
	try:
		deliver(facts, name, claim, run)
	except Exception as error:
		frappe.db.rollback()
		_log_error(name)
		reason = Reason("It could not be handed over: {error}.", {"error": type(error).__name__})
		if not frappe.db.get_value(MESSAGE, name, "call_began_on"):
			_settle({name: Wait(now_datetime() + LEASE, reason)}, claim)
		_commit()


def _log_error(name: str) -> None:
	# Without the values of variables, among which are addresses and secrets.
	frappe.log_error(title="C4S Message", message=frappe.get_traceback(), reference_doctype=MESSAGE, reference_name=name)


def _mind_failures(channel: Mapping, outcome: Outcome, run: Run) -> None:
	"""A provider that does not answer several times in a row is left alone for a while, so that it does not hold up the others."""
	if not isinstance(outcome, (Later, Unknown)):
		run.failures[channel["name"]] = 0
		return
	run.failures[channel["name"]] += 1
	if run.failures[channel["name"]] >= MOST_FAILURES:
		run.closed.setdefault(channel["name"], Closed(now_datetime() + PAUSE, outcome.reason, cint(channel["rate_per_minute"])))


def _in_our_transaction(parcel: Parcel, adapter: Callable[[Parcel], Outcome]) -> Outcome:
	frappe.db.savepoint("c4s_message")
	try:
		return adapter(parcel)
	except Exception as error:
		frappe.db.rollback(save_point="c4s_message")
		frappe.clear_last_message()
		_log_error(parcel.name)
		return Later(Reason("It could not be handed over: {error}.", {"error": type(error).__name__}))


def _note_sent(parcel: Parcel, message: Mapping, outcome: Accepted) -> None:
	channel, now = parcel.sending.channel, now_datetime()
	amount = flt(channel["cost_per_message"]) * texts.parts(parcel.sending.text, cint(channel["characters_per_message"]))
	_write(
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
	_write(
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
	_write(parcel.name, status=DEAD, is_unsure=1, sent_on=None, reason=f"{sentence(outcome.reason)} {sentence(UNSURE)}")


def _wait(parcel: Parcel, message: Mapping, outcome: Later | Unknown) -> None:
	wished = outcome.wait_seconds if isinstance(outcome, Later) else None
	first = cint(parcel.sending.channel["first_wait_seconds"]) or 60
	seconds = wait_seconds(message.attempts, first, random.random(), wished)
	_write(
		parcel.name,
		status=WAITING,
		claim=None,
		reason=sentence(outcome.reason),
		next_attempt_on=now_datetime() + timedelta(seconds=seconds),
		sent_on=None,
	)


def _give_back(claim: str) -> None:
	"""What the time was too short for waits for the next run."""
	message = frappe.qb.DocType(MESSAGE)
	(
		frappe.qb.update(message)
		.set(message.status, WAITING)
		.set(message.claim, None)
		.where((message.status == SENDING) & (message.claim == claim) & message.call_began_on.isnull())
	).run()


def _read(names: list[str], locking: bool = False) -> list:
	message = frappe.qb.DocType(MESSAGE)
	query = frappe.qb.from_(message).select(*[message[field] for field in FIELDS]).where(message.name.isin(names or [""]))
	return (query.for_update() if locking else query).run(as_dict=True)


def _write(name: str, **values) -> None:
	frappe.db.set_value(MESSAGE, name, values)


def _write_all(names: list[str], own_claim: str | None = None, **values) -> None:
	"""Those that are still being sent, and where `own_claim` is given by that claim."""
	if not names:
		return
	message = frappe.qb.DocType(MESSAGE)
	condition = message.name.isin(names) & (message.status == SENDING)
	if own_claim:
		condition &= message.claim == own_claim
	query = frappe.qb.update(message).set(message.modified, now_datetime())
	for field, value in values.items():
		query = query.set(message[field], value)
	query.where(condition).run()


def _commit() -> None:
	if not frappe.flags.in_test:
		frappe.db.commit()
