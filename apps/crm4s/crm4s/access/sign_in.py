"""Whoever tries passwords is slowed by where he tries from, never by whose account he tries.

Frappe locks an account after some wrong passwords wherever they come from: whoever knows a colleague's address keeps that colleague out for as long
as he likes. Its newer versions lock the network's address as well, after as few: one who forgot his password keeps the whole store out. Here wrong
passwords count by account and address together, and by address with room for a store; Frappe's own locks are taken off again. Once it is too much, a
right password gets the same answer as a wrong one, so that going on tells nothing.
"""

import frappe
from frappe import _
from frappe.auth import LoginAttemptTracker

from crm4s.counting import count, forget
from crm4s.exceptions import TooManySignInsError
from crm4s.tokens import hash_of

# A store's people share the address of its network: one forgets his password, all of them together do not.
MOST_FOR_ACCOUNT, MOST_FROM_ADDRESS, SECONDS = 10, 60, 900


def note_failure(log, method: str | None = None) -> None:
	"""After a row of Frappe's Activity Log: a wrong password counts (hook `doc_events`).

	Raises:
		TooManySignInsError: there were too many from this address; the row goes with it, so that a storm does not fill the table.
	"""
	if (log.operation, log.status) != ("Login", "Failed") or not _with_password():
		return
	# Who gives a second factor has proven the password; that lock stays.
	if "otp" not in frappe.form_dict:
		for locked in (log.user, frappe.local.request_ip):
			LoginAttemptTracker(locked).add_success_attempt()
	over = [count(key, SECONDS) > most for key, most in _limits(log.user)]
	if any(over):
		_refuse()


def refuse_after_failures(login_manager) -> None:
	"""Before a session is opened for a right password (hook `on_login`).

	Raises:
		TooManySignInsError: too many wrong ones came from this address before.
	"""
	if not _with_password():
		return
	limits = _limits(login_manager.user)
	if any(count(key, SECONDS, by=0) >= most for key, most in limits):
		_refuse()
	forget(limits[0][0])


def _with_password() -> bool:
	"""Not the sign-ins that have limits of their own: codes, links, and the nobody that follows signing out."""
	request = getattr(frappe.local, "request", None)
	return bool(request) and (frappe.form_dict.get("cmd") == "login" or request.path == "/api/method/login")


def _limits(user: str) -> list[tuple[str, int]]:
	"""What is counted, and how many are the most: first the account from this address, then the address."""
	address = frappe.local.request_ip
	return [(_key(f"{address} {user.lower()}"), MOST_FOR_ACCOUNT), (_key(address), MOST_FROM_ADDRESS)]


def _key(what: str) -> str:
	return f"c4s_sign_in:{hash_of(what)}"


def _refuse() -> None:
	frappe.throw(
		_("Too many wrong passwords were tried from your connection; please wait a quarter of an hour, or ask your administrator."), TooManySignInsError
	)
