"""One-time codes: six digits, five minutes, five tries, sent to the phone or address on file.

What the asker sees and how long it takes are the same whether or not we know the address: the code is made and sent in the background. A code
counts in the browser that asked for it only: the cookie `DOOR` holds a number that nobody guesses. All of it is forgotten after five minutes.
"""

import secrets

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from crm4s.counting import count
from crm4s.exceptions import SignInError
from crm4s.messages import outbox, worker
from crm4s.messages.kinds import MAIL, SMS
from crm4s.messages.purposes import way_of
from crm4s.portal import accounts
from crm4s.settings import setting
from crm4s.tokens import hash_of, is_same

DOOR = "c4s_door"
DIGITS, SECONDS, MOST_TRIES = 6, 300, 5
# By address asked for: one in a minute, six in an hour. By the asker's connection, which many may share: forty in an hour.
PAUSE_SECONDS, HOUR = 60, 3600
MOST_BY_ADDRESS, MOST_BY_CONNECTION = 6, 40
# Wrong codes for one address in an hour, whatever browsers they come from.
MOST_WRONG = 15


def ask(address: str) -> str:
	"""Let a code be sent to a phone number or an e-mail address, if it is that of one customer; the key of the door at which it counts.

	Raises:
		SignInError: neither a number nor an address, or too many were asked for; a sentence for whoever typed it.
	"""
	found = accounts.customer_of(address)
	known_as = found[1] if found else accounts.normal_form(address)
	if not known_as:
		frappe.throw(_("This is neither a complete phone number nor an e-mail address; please check it."), SignInError)
	_limit(known_as)
	door = secrets.token_urlsafe(32)
	_remember(door, {"address": known_as, "customer": found[0] if found else None, "code": None})
	frappe.enqueue("crm4s.portal.codes.send", queue="short", enqueue_after_commit=True, door=door)
	return door


def send(door: str) -> str | None:
	"""Make the code of a door and send it; None where the address is nobody's. Runs in the background, where its time tells nothing."""
	asked = _recall(door)
	if not asked or not asked["customer"] or asked["code"]:
		return None
	code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
	_remember(door, {**asked, "code": _digest(door, code)})
	way = way_of(setting("portal_code_template"))
	if not way:
		frappe.log_error("Portal: there is no template for sign-in codes in C4S Settings, or it is switched off")
		return code
	key = f"portal-code:{_digest(door, '')[:40]}"
	outbox.queue(
		[
			outbox.Wish(
				source_key=key,
				customer=asked["customer"],
				purpose=way.purpose,
				channels=(MAIL,) if "@" in asked["address"] else (SMS,),
				template=way.template,
				values={"code": code, "minutes": SECONDS // 60},
				not_after=add_to_date(now_datetime(), seconds=SECONDS),
			)
		]
	)
	worker.send_now(key)
	return code


def check(door: str | None, code: str) -> tuple[str, str]:
	"""The customer whose code this is, and the address it went to; it counts once.

	Raises:
		SignInError: wrong, too late or too often; the same for an address that nobody has.
	"""
	asked = _recall(door) if door else None
	if not asked:
		frappe.throw(_("The code's time is over; please ask for a new one."), SignInError)
	if _count(f"wrong:{asked['address']}", HOUR, 0) >= MOST_WRONG or _count(f"tries:{door}", SECONDS) > MOST_TRIES:
		_forget(door)
		frappe.throw(_("Too many wrong codes; please wait a while and ask for a new one."), SignInError)
	digits = "".join(sign for sign in str(code) if sign.isdigit())
	if not asked["code"] or not is_same(asked["code"], _digest(door, digits)):
		_count(f"wrong:{asked['address']}", HOUR)
		frappe.throw(_("This code is not right; please look at the message again."), SignInError)
	_forget(door)
	return asked["customer"], asked["address"]


def waits_for_code(door: str | None) -> bool:
	return bool(door and _recall(door))


def _limit(address: str) -> None:
	connection = getattr(frappe.local, "request_ip", None)
	if connection and _count(f"connection:{connection}", HOUR) > MOST_BY_CONNECTION:
		frappe.throw(_("Too many codes were asked for from your connection; please wait an hour, or call the store."), SignInError)
	if _count(f"pause:{address}", PAUSE_SECONDS) > 1:
		frappe.throw(_("A code is on its way; you can ask for another one after a minute."), SignInError)
	if _count(f"asked:{address}", HOUR) > MOST_BY_ADDRESS:
		frappe.throw(_("Too many codes were asked for; please wait an hour, or call the store."), SignInError)


def _count(what: str, seconds: int, by: int = 1) -> int:
	"""Counts in a name that tells neither number nor address."""
	return count(f"c4s_portal:{hash_of(what)}", seconds, by)


def _digest(door: str, code: str) -> str:
	return hash_of(f"{door}:{code}")


def _remember(door: str, asked: dict) -> None:
	frappe.cache().set_value(f"c4s_portal_door:{door}", asked, expires_in_sec=SECONDS)


def _recall(door: str) -> dict | None:
	return frappe.cache().get_value(f"c4s_portal_door:{door}", expires=True)


def _forget(door: str) -> None:
	frappe.cache().delete_value(f"c4s_portal_door:{door}")
