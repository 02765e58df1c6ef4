"""The scheduled sender: takes what is due, asks what may forbid it, hands it over, keeps what came of it.

Several may run at once, and each may be killed at any moment. A message is claimed before anything is done with it, and what we are about to
do is committed before a provider is called. A call of which we cannot say whether it was taken is repeated only where the provider sends once
for each key; else a person decides.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import frappe
from frappe.utils import cint, now_datetime

from crm4s.messages.adapters import http, local, mail
from crm4s.messages.adapters.outcome import Later, Outcome, Parcel, Unknown
from crm4s.messages.attempt import UNSURE, Closed, begin, finish
from crm4s.messages.decision import Facts, Reason, Send, Verdict, Wait, decide
from crm4s.messages.facts import CHANNEL, facts_of
from crm4s.messages.kinds import MAIL, NOTICE, OVER_HTTP, TASK
from crm4s.messages.outbox import DEAD, MESSAGE, SENDING, WAITING
from crm4s.messages.rows import log_error, read, sentence, settle, surely, write_all
from crm4s.runs import commit

BATCH = 100
RUN_SECONDS = 50
# Longer than the longest wait for a provider.
LEASE = timedelta(minutes=10)
# A provider that fails so often in a row is left alone for a while.
MOST_FAILURES, PAUSE = 3, timedelta(minutes=2)
ADAPTERS: dict[str, Callable[[Parcel], Outcome]] = {
	**dict.fromkeys(OVER_HTTP, http.send),
	MAIL: mail.send,
	NOTICE: local.notice,
	TASK: local.task,
}


@dataclass
class Run:
	"""One pass of a worker: until when it goes on, and which channels it leaves alone meanwhile."""

	deadline: float
	failures: Counter = field(default_factory=Counter)
	closed: dict[str, Closed] = field(default_factory=dict)

	def is_over(self) -> bool:
		return time.monotonic() > self.deadline


def send_due(seconds: float = RUN_SECONDS) -> int:
	"""Every minute: whatever is due, until nothing is or the time is over; how many messages were looked at."""
	run, count = Run(time.monotonic() + seconds), 0
	recover()
	while not run.is_over() and (claimed := claim_due()):
		count += work_off(*claimed, run)
	mail.follow_queue()
	commit()
	return count


def send_now(source_key: str) -> int:
	"""What was wished with this key, at once and before whatever else is due; in a transaction of its own, so what was wished is committed."""
	commit()
	claimed = surely(lambda: _claim_those(frappe.get_all(MESSAGE, {"source_key": source_key, "status": WAITING}, pluck="name")))
	return work_off(*claimed) if claimed else 0


def claim_due(limit: int = BATCH) -> tuple[str, list[str]] | None:
	"""Take messages that are due for this worker: its claim and their names; None if nothing is due."""
	return surely(lambda: _claim(limit))


def _claim(limit: int) -> tuple[str, list[str]] | None:
	# The query builder of older versions has no `skip locked`.
	names = frappe.db.sql(
		f"select name from `tab{MESSAGE}` where status = %s and next_attempt_on <= %s"
		" order by next_attempt_on limit %s for update skip locked",
		(WAITING, now_datetime(), limit),
		pluck=True,
	)
	return _note_claim(names) if names else None


def _claim_those(names: list[str]) -> tuple[str, list[str]] | None:
	free = [name for name in names if frappe.db.get_value(MESSAGE, name, "status", for_update=True) == WAITING]
	return _note_claim(free) if free else None


def _note_claim(names: list[str]) -> tuple[str, list[str]]:
	now, claim = now_datetime(), frappe.generate_hash(length=16)
	message = frappe.qb.DocType(MESSAGE)
	(
		frappe.qb.update(message)
		.set(message.status, SENDING)
		.set(message.claim, claim)
		.set(message.claimed_on, now)
		.set(message.call_began_on, None)
		.where(message.name.isin(names))
	).run()
	return claim, names


def work_off(claim: str, names: list[str], run: Run | None = None) -> int:
	"""First, in sets, what cannot be sent now; then the others, one by one."""
	run = run or Run(time.monotonic() + RUN_SECONDS)
	now = now_datetime()
	messages = read(names)
	facts = facts_of(messages, now)
	verdicts = {message.name: _unless_closed(decide(facts[message.name], now), run) for message in messages}
	commit()
	surely(lambda: settle({name: verdict for name, verdict in verdicts.items() if not isinstance(verdict, Send)}, claim))
	for name in names:
		if run.is_over():
			break
		verdict = verdicts.get(name)
		if isinstance(verdict, Send):
			_deliver_or_note(facts[name], name, claim, verdict, run)
	# What the time was too short for waits for the next run.
	surely(lambda: write_all(names, claim, not_begun=True, status=WAITING, claim=None))
	return len(messages)


def deliver(facts: Facts, name: str, claim: str, run: Run) -> None:
	"""Ask once more, now for this message alone, and hand it over."""
	parcel, outcome = surely(lambda: _begin(facts, name, claim, run))
	if not parcel:
		return
	if not outcome:
		outcome = ADAPTERS[parcel.sending.channel["channel_kind"]](parcel)
		surely(lambda: finish(parcel, claim, outcome))
	_mind_failures(parcel.sending.channel, outcome, run)


def _begin(facts: Facts, name: str, claim: str, run: Run) -> tuple[Parcel | None, Outcome | None]:
	"""Up to where a provider is called; what stays in this house is done wholly in the one transaction."""
	parcel = begin(facts, name, claim, run.closed)
	if not parcel or parcel.sending.channel["channel_kind"] in OVER_HTTP:
		return parcel, None
	outcome = _in_our_transaction(parcel, ADAPTERS[parcel.sending.channel["channel_kind"]])
	finish(parcel, claim, outcome)
	return parcel, outcome


def recover() -> int:
	"""What a worker that was killed left: what was not handed over yet waits again, of the rest a person decides. How many."""
	rows = frappe.get_all(
		MESSAGE,
		{"status": SENDING, "claimed_on": ["<", now_datetime() - LEASE]},
		["name", "claim", "call_began_on", "channel", "channel_kind"],
		limit_page_length=BATCH * 10,
	)
	knowing = set(frappe.get_all(CHANNEL, {"knows_keys": 1}, pluck="name"))
	commit()
	for claim in {row.claim for row in rows}:
		own = [row for row in rows if row.claim == claim]
		# What is written in our own transaction is there wholly or not at all.
		again = [row.name for row in own if not row.call_began_on or row.channel_kind not in OVER_HTTP or row.channel in knowing]
		dead = [row.name for row in own if row.name not in set(again)]
		surely(lambda: write_all(again, claim, status=WAITING, claim=None, sent_on=None, next_attempt_on=now_datetime()))
		surely(lambda: write_all(dead, claim, status=DEAD, claim=None, sent_on=None, reason=sentence(UNSURE), is_unsure=1))
	return len(rows)


def _unless_closed(verdict: Verdict, run: Run) -> Verdict:
	closed = run.closed.get(verdict.channel["name"]) if isinstance(verdict, Send) else None
	return closed.next_wait() if closed else verdict


def _deliver_or_note(facts: Facts, name: str, claim: str, verdict: Send, run: Run) -> None:
	"""An error of ours at one message is noted and tried again later; the others go on."""
	if verdict.channel["name"] in run.closed:
		wait = run.closed[verdict.channel["name"]].next_wait()
		surely(lambda: settle({name: wait}, claim))
		return
	try:
		deliver(facts, name, claim, run)
	except Exception as error:
		frappe.db.rollback()
		log_error(name)
		reason = Reason("It could not be handed over: {error}.", {"error": type(error).__name__})
		if not frappe.db.get_value(MESSAGE, name, "call_began_on"):
			surely(lambda: settle({name: Wait(now_datetime() + LEASE, reason)}, claim))
		commit()


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
	except frappe.QueryDeadlockError:
		# The whole transaction is gone already, and is repeated.
		raise
	except Exception as error:
		frappe.db.rollback(save_point="c4s_message")
		frappe.clear_last_message()
		log_error(parcel.name)
		return Later(Reason("It could not be handed over: {error}.", {"error": type(error).__name__}))
