"""What would become of a message if it were due now, for whoever is about to ask for it."""

from dataclasses import asdict

import frappe
from frappe.utils import now_datetime

from crm4s.messages.decision import Broken, Refuse, Send, Wait, decide
from crm4s.messages.facts import facts_of
from crm4s.messages.outbox import Wish
from crm4s.messages.rows import sentence
from crm4s.messages.suppression import masked


def outlook(wish: Wish) -> dict:
	"""`channel` (its kind) and `address` (masked) by which the message would go out, or `until` when it would wait, or `why_not`; nothing is queued."""
	now = now_datetime()
	message = frappe._dict(asdict(wish), name="", creation=now, channels="\n".join(wish.channels), tried_channels=None)
	message.values_json = frappe.as_json(dict(wish.values))
	verdict = decide(facts_of([message], now)[message.name], now)
	if isinstance(verdict, Send):
		return {"channel": verdict.channel["channel_kind"], "address": masked(verdict.address)}
	if isinstance(verdict, Wait):
		return {"until": verdict.until}
	return {"why_not": _why_not(verdict)}


def _why_not(verdict: Refuse | Broken) -> str:
	reasons = verdict.reasons if isinstance(verdict, Refuse) else [verdict.reason]
	return " ".join(map(sentence, reasons))
