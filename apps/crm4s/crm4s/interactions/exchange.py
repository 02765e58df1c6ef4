"""What telephone exchanges and social accounts tell us: signed, fresh, each once; a call pops up at its agent only.

Events are neutral: ringing, answered, ended, missed for calls, and message. Which words a provider uses for them, and where they stand, is data
of C4S Telephone Exchange.
"""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, now_datetime
from frappe.utils.password import get_decrypted_password

from crm4s.access.own_store import own_store
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.interactions import origin
from crm4s.interactions.actions import CLOSED, INBOUND, INTERACTION, OPEN, OUTBOUND, PHONE
from crm4s.messages.adapters.http import at, values_of
from crm4s.messages.receipts import signature
from crm4s.settings import setting

EXCHANGE, EXTENSION = "C4S Telephone Exchange", "C4S Exchange Extension"
RINGING, ANSWERED, ENDED, MISSED, MESSAGE = "ringing", "answered", "ended", "missed", "message"
LONGEST_BODY_BYTES = 64 * 1024
LONGEST_TEXT, LONGEST_KEY = 4000, 140
DIALS_AT_MOST_SECONDS = 120


@dataclass(frozen=True)
class Event:
	"""What happened, in our words: `what` one of the five, `number` E.164 or None where it is withheld or none of ours."""

	what: str
	call: str
	number: str | None
	raw_number: str
	called: str
	extension: str
	direction: str
	text: str


@frappe.whitelist(allow_guest=True, methods=["POST"])
def receive() -> dict:
	"""Take one event of an exchange, named in the address; for whoever knows its secret. Answers with the contact's name."""
	exchange = require_signed_event()
	try:
		return {"interaction": take(exchange, _content(frappe.request.get_data()))}
	except Exception:
		# Nothing became of it: the exchange may send it again.
		frappe.cache.delete(_key_of(exchange, frappe.request))
		raise


def require_signed_event() -> Mapping:
	"""The exchange whose secret signed the request.

	Raises:
		frappe.PermissionError: unknown, switched off, wrong signature, too old or too new, sent before; the answer does not tell which.
	"""
	request = frappe.request
	name = request.args.get("exchange") or ""
	exchange = frappe.db.get_value(EXCHANGE, {"name": name, "enabled": 1}, ["*"], as_dict=True) if name else None
	secret = exchange and get_decrypted_password(EXCHANGE, exchange.name, "secret", raise_exception=False)
	if not secret or not is_signed(exchange, secret, request) or not _is_new(exchange, request):
		raise frappe.PermissionError(_("The signature is not right."))
	return exchange


def is_signed(exchange: Mapping, secret: str, request) -> bool:
	"""Whether the body was signed with the secret within the window, and is no larger than an event is."""
	if (request.content_length or 0) > LONGEST_BODY_BYTES:
		return False
	stamp = request.headers.get(exchange["time_header"] or "X-Timestamp") or ""
	if not stamp.isdigit() or abs(time.time() - cint(stamp)) > (cint(exchange["window_seconds"]) or 300):
		return False
	given = request.headers.get(exchange["signature_header"] or "X-Signature") or ""
	expected = signature(secret, request.get_data(), stamp)
	return hmac.compare_digest(expected.encode(), given.removeprefix("sha256=").lower().encode())


def understood(exchange: Mapping, content: Any) -> Event | None:
	"""The event in our words; None for one that says nothing to us."""

	def said(path: str) -> str:
		value = at(content, exchange[path]) if exchange.get(path) else None
		return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()

	what = next((what for what, field in _WORDS.items() if said("event_path").lower() in values_of(exchange[field])), None)
	if exchange["kind"] == "Messages":
		what = MESSAGE if said("text_path") else None
	call = said("call_path")[:LONGEST_KEY]
	if not what or not call:
		return None
	raw = said("caller_path")[:LONGEST_KEY]
	direction = OUTBOUND if said("direction_path").lower() in ("out", "outbound") else INBOUND
	other = said("called_path")[:LONGEST_KEY] if direction == OUTBOUND else raw
	number = value_or_none(normalise_phone, other, setting("default_region")) if other else None
	return Event(what, call, number, other, said("called_path")[:LONGEST_KEY], said("extension_path")[:LONGEST_KEY], direction, said("text_path")[:LONGEST_TEXT])


def take(exchange: Mapping, content: Any) -> str | None:
	"""The contact that the event is about, made with the first event of a call; None where the event says nothing to us.

	Events may come twice or in another order: what is known already, or worse than what is known, changes nothing.
	"""
	event = understood(exchange, content)
	if not event:
		return None
	agent = _agent_of(exchange["name"], event.extension)
	key = f"{exchange['name']}:{event.call}"[:LONGEST_KEY]
	# Not locked while it may not be there: two events of one call would wait for each other.
	name = frappe.db.get_value(INTERACTION, {"source_key": key}) or _dialled(event, key, agent) or _make(exchange, event, key, agent)
	contact = frappe.get_doc(INTERACTION, name, for_update=True)
	_apply(contact, event, agent)
	if agent and event.what != MESSAGE:
		_pop_up(contact, event, agent)
	return name


# The words of the four events of a call.
_WORDS = {RINGING: "ringing_values", ANSWERED: "answered_values", ENDED: "ended_values", MISSED: "missed_values"}


def _make(exchange: Mapping, event: Event, key: str, agent: str | None) -> str:
	store = exchange["dealership"] or (agent and own_store(agent))
	customer = origin.customer_of_phone(event.number, store)
	contact = frappe.new_doc(INTERACTION)
	contact.update(
		{
			"channel": exchange["channel"] if event.what == MESSAGE else PHONE, "direction": event.direction, "status": OPEN,
			"received_on": now_datetime().replace(microsecond=0), "contact_phone": event.number,
			"contact_name": None if event.number or customer else event.raw_number,
			"customer": customer, "dealership": origin.store_for(customer, store), "exchange": exchange["name"],
			"extension": event.extension, "called_number": event.called, "source_key": key, "said": event.text or None,
			"account": event.raw_number if event.what == MESSAGE else None,
		}
	)
	if event.what != MESSAGE:
		# Until it is over, somebody is having it; it is routed when it is missed or finished.
		contact.started_on = contact.received_on
	if event.what == MESSAGE:
		contact.earlier = _earlier(contact)
	contact.flags.by_centre = True
	try:
		return contact.insert(ignore_permissions=True).name
	except frappe.UniqueValidationError:
		# Two events of one call at the same moment.
		frappe.clear_last_message()
		return frappe.db.get_value(INTERACTION, {"source_key": key}, for_update=True)


def _dialled(event: Event, key: str, agent: str | None) -> str | None:
	"""The call that the agent began on the page, which let the exchange dial, is this one."""
	if event.direction != OUTBOUND or not agent or not event.number:
		return None
	since = add_to_date(now_datetime(), seconds=-DIALS_AT_MOST_SECONDS)
	begun = {"agent": agent, "direction": OUTBOUND, "contact_phone": event.number, "source_key": ["is", "not set"], "ended_on": ["is", "not set"]}
	name = frappe.db.get_value(INTERACTION, {**begun, "started_on": [">=", since]}, order_by="started_on desc")
	if name:
		frappe.db.set_value(INTERACTION, name, "source_key", key, update_modified=False)
	return name


def _apply(contact, event: Event, agent: str | None) -> None:
	moment = now_datetime().replace(microsecond=0)
	if event.what == MESSAGE or contact.ended_on:
		return
	if event.what == ANSWERED:
		contact.update({"agent": agent or contact.agent, "started_on": moment if not contact.agent else contact.started_on, "missed": 0})
	elif event.what == MISSED and contact.agent and contact.direction == INBOUND:
		# Another telephone that rang as well, or late news: somebody has the call.
		return
	elif event.what in (MISSED, ENDED) and not contact.agent:
		# Nobody took it: somebody calls back.
		contact.update({"missed": 1, "ended_on": moment, "agent": None})
		if contact.direction == OUTBOUND:
			contact.update({"status": CLOSED, "closed_on": moment})
	elif event.what in (MISSED, ENDED):
		# The line is dead; the agent still finishes what he or she notes, so that the contact stays in hand.
		contact.line_ended_on = moment
	else:
		return
	contact.flags.by_centre = contact.flags.ignore_permissions = True
	contact.save()


def _pop_up(contact, event: Event, agent: str) -> None:
	customer = contact.customer and frappe.db.get_value("C4S Customer", contact.customer, "customer_name")
	frappe.publish_realtime(
		"c4s_call",
		{
			"event": event.what, "interaction": contact.name, "phone": event.number, "title": customer or (mask_phone(event.number) if event.number else event.raw_number),
			"customer": contact.customer, "direction": event.direction,
		},
		user=agent,
		after_commit=True,
	)


def _earlier(contact) -> str | None:
	"""What the same customer, or the same account, wrote last and is not closed."""
	who = {"customer": contact.customer} if contact.customer else {"contact_name": contact.contact_name, "exchange": contact.exchange}
	if not any(who.values()):
		return None
	wanted = {**who, "channel": contact.channel, "dealership": contact.dealership, "status": ["!=", CLOSED]}
	return frappe.db.get_value(INTERACTION, wanted, order_by="received_on desc")


def _agent_of(exchange: str, extension: str) -> str | None:
	user = extension and frappe.db.get_value(EXTENSION, {"parent": exchange, "parenttype": EXCHANGE, "extension": extension}, "user")
	return user if user and frappe.db.get_value("User", user, "enabled") else None


def _is_new(exchange: Mapping, request) -> bool:
	"""Whether this very request has not come before; remembered twice as long as it would be accepted."""
	lasts = 2 * (cint(exchange["window_seconds"]) or 300) + 1
	return bool(frappe.cache.set(_key_of(exchange, request), 1, nx=True, ex=lasts))


def _key_of(exchange: Mapping, request) -> bytes:
	given = (request.headers.get(exchange["signature_header"] or "X-Signature") or "").removeprefix("sha256=").lower()
	return frappe.cache.make_key(f"c4s_exchange_event:{exchange['name']}:{given}")


def _content(body: bytes) -> Any:
	try:
		return json.loads(body)
	except ValueError:
		frappe.throw(_("The body is not JSON."), frappe.ValidationError)
