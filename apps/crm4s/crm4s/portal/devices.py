"""Phones and browsers on which a customer stays signed in for months, and signing out everywhere. The only writer of C4S Portal Device.

Frappe's session ends after days, for everybody alike; this cookie opens a new one. It holds a number of which only the hash is kept.
"""

import secrets

import frappe
from frappe.sessions import clear_sessions, get_csrf_token
from frappe.utils import add_days, cint, now_datetime

from crm4s.portal import links
from crm4s.portal.routes import ROOT
from crm4s.portal.viewer import ACCOUNT, ACTIVE, Viewer
from crm4s.settings import setting
from crm4s.tokens import hash_of

DEVICE = "C4S Portal Device"
COOKIE = "c4s_device"


def sign_in(account: str) -> None:
	"""Open a session for an account in this browser, and remember the browser."""
	token, now = secrets.token_urlsafe(32), now_datetime()
	ends = add_days(now, max(cint(setting("portal_device_days")), 1))
	frappe.get_doc(
		{"doctype": DEVICE, "account": account, "token_hash": hash_of(token), "browser": _browser(), "last_used_on": now, "expires_on": ends}
	).insert(ignore_permissions=True)
	_open_session(account)
	frappe.local.cookie_manager.set_cookie(COOKIE, token, expires=ends, httponly=True)


def resume() -> bool:
	"""Open a new session for the device whose cookie came; whether there was one that still counts."""
	token = frappe.request.cookies.get(COOKIE)
	if not token or len(token) > 64:
		return False
	now = now_datetime()
	row = frappe.db.get_value(DEVICE, {"token_hash": hash_of(token), "expires_on": [">", now]}, ["name", "account"], as_dict=True)
	if not row or frappe.db.get_value(ACCOUNT, row.account, "status") != ACTIVE:
		return False
	frappe.db.set_value(DEVICE, row.name, "last_used_on", now, update_modified=False)
	_open_session(row.account)
	# A GET is rolled back otherwise.
	frappe.local.flags.commit = True
	return True


def of_account(account: str) -> list:
	"""Devices that are signed in, the last seen first: `name`, `browser`, `last_used_on`, `is_this`."""
	rows = frappe.get_all(DEVICE, {"account": account, "expires_on": [">", now_datetime()]}, ["name", "browser", "last_used_on", "creation", "token_hash"], order_by="last_used_on desc", limit=50)
	this = hash_of(frappe.request.cookies.get(COOKIE) or "") if frappe.request else None
	for row in rows:
		row.is_this = row.pop("token_hash") == this
	return rows


def sign_out_here() -> None:
	if token := frappe.request.cookies.get(COOKIE):
		frappe.db.delete(DEVICE, {"token_hash": hash_of(token)})
	frappe.local.cookie_manager.delete_cookie(COOKIE)
	frappe.local.login_manager.logout()


def sign_out_everywhere(viewer: Viewer) -> None:
	end_all(viewer.account)
	frappe.local.cookie_manager.delete_cookie(COOKIE)
	frappe.local.login_manager.logout()


def end_all(account: str) -> None:
	"""End every device, session and link of an account."""
	user, customer = frappe.db.get_value(ACCOUNT, account, ["user", "customer"])
	frappe.db.delete(DEVICE, {"account": account})
	links.revoke(customer)
	clear_sessions(user=user, keep_current=False, force=True)


def _open_session(account: str) -> None:
	"""What Frappe's sign-in does, without counting the rows of every table, which the desk shows and nobody here; the form's number comes with the session."""
	manager = frappe.local.login_manager
	manager.user = frappe.db.get_value(ACCOUNT, account, "user")
	frappe.local.flags.home_page = ROOT
	manager.run_trigger("on_login")
	manager.get_user_info()
	manager.make_session()
	manager.set_user_info()
	get_csrf_token()


def _browser() -> str:
	"""Kind of the device and browser, as people call them; no more of what the browser tells is kept."""
	agent = frappe.request.headers.get("User-Agent", "") if frappe.request else ""
	device = next((name for sign, name in (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux")) if sign in agent), "")
	browser = next((name for sign, name in (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Chrome", "Chrome"), ("Firefox", "Firefox"), ("Safari", "Safari")) if sign in agent), "")
	return " · ".join(filter(None, (device, browser)))
