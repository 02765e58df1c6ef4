"""Limits by address for who is nobody to us. Who tries links that nobody made is kept waiting: wrong ones are counted by address, right ones are not, as many customers share the address of their network."""

import frappe
from frappe import _

from crm4s.counting import count
from crm4s.exceptions import LinkRefusedError, TooManyLookupsError

MOST_FAILURES, FAILURES_SECONDS = 20, 3600


def refuse_guessing() -> None:
	"""
	Raises:
		LinkRefusedError: too many wrong links came from this address within the hour.
	"""
	key = _key()
	if key and count(key, FAILURES_SECONDS, by=0) >= MOST_FAILURES:
		frappe.throw(_("Too many wrong links were tried from here; wait an hour, or ask the store."), LinkRefusedError)


def note_wrong_link() -> None:
	key = _key()
	if key:
		count(key, FAILURES_SECONDS)


def limit_callers(what: str, most: int, seconds: int) -> None:
	"""
	Raises:
		TooManyLookupsError: more than so many calls of this kind came from this address in so many seconds.
	"""
	address = getattr(frappe.local, "request_ip", None)
	if address and count(f"c4s_callers:{what}:{address}", seconds) > most:
		frappe.throw(_("Too many requests came from your connection; please call the store."), TooManyLookupsError)


def _key() -> str | None:
	address = getattr(frappe.local, "request_ip", None)
	return f"c4s_wrong_links:{address}" if address else None
