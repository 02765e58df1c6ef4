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


def sign_in(account) -> None:
	"""Open a session for an account in this browser, and remember the browser."""
	token, now = secrets.token_urlsafe(32), now_datetime()
	ends = add_days(now, max(cint(setting("portal_device_days")), 1))
	# As a row: the account was read just now, and nothing else hangs on a device.
	frappe.get_doc(
		{"doctype": DEVICE, "account": account.name, "token_hash": hash_of(token), "browser": _browser(), "last_used_on": now, "expires_on": ends}
	).db_insert()
	_open_session(account.user)
	frappe.local.cookie_manager.set_cookie(COOKIE, token, expires=ends, httponly=True)


def resume() -> bool:
	"""Open a new session for the device whose cookie came; whether there was one that still counts."""
	token = frappe.request.cookies.get(COOKIE)
	if not token or len(token) > 64:
		return False
	now = now_datetime()
	row = frappe.db.get_value(DEVICE, {"token_hash": hash_of(token), "expires_on": [">", now]}, ["name", "account"], as_dict=True)
	account = row and frappe.db.get_value(ACCOUNT, row.account, ["user", "status"], as_dict=True)
	if not account or account.status != ACTIVE:
		return False
	frappe.db.set_value(DEVICE, row.name, "last_used_on", now, update_modified=False)
	_open_session(account.user)
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


def _open_session(user: str) -> None:
	"""What Frappe's sign-in does, without counting the rows of every table, which the desk shows and nobody here; the form's number comes with the session.

	Frappe's get_user_info would read the whole user with five tables, which its session reads once more.
	"""
	manager = frappe.local.login_manager
	manager.user = user
	frappe.local.flags.home_page = ROOT
	manager.run_trigger("on_login")
	manager.info = frappe.db.get_value("User", user, ["user_type", "first_name", "last_name", "user_image"], as_dict=True)
	manager.user_type = manager.info.user_type
	manager.make_session()
	manager.set_user_info()
	get_csrf_token()


def _browser() -> str:
	"""Kind of the device and browser, as people call them; no more of what the browser tells is kept."""
	agent = frappe.request.headers.get("User-Agent", "") if frappe.request else ""
	device = next((name for sign, name in (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux")) if sign in agent), "")
	browser = next((name for sign, name in (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Chrome", "Chrome"), ("Firefox", "Firefox"), ("Safari", "Safari")) if sign in agent), "")
	return " · ".join(filter(None, (device, browser)))
