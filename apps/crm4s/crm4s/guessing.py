"""Who tries links that nobody made is kept waiting: wrong ones are counted by address, right ones are not, as many customers share the address of their network."""

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.exceptions import LinkRefusedError

MOST_FAILURES, FAILURES_SECONDS = 20, 3600


def refuse_guessing() -> None:
	"""
	Raises:
		LinkRefusedError: too many wrong links came from this address within the hour.
	"""
	key = _key()
	if key and cint(frappe.cache().get(_prefixed(key))) >= MOST_FAILURES:
		frappe.throw(_("Too many wrong links were tried from here; wait an hour, or ask the store."), LinkRefusedError)


def note_wrong_link() -> None:
	key = _key()
	if key:
		name = _prefixed(key)
		if frappe.cache().incrby(name, 1) == 1:
			frappe.cache().expire(name, FAILURES_SECONDS)


def _key() -> str | None:
	address = getattr(frappe.local, "request_ip", None)
	return f"c4s_wrong_links:{address}" if address else None


def _prefixed(key: str) -> bytes:
	"""The same name for the commands that Frappe's cache adds the site to and those that it does not."""
	return frappe.cache().make_key(key)
