"""The user as whom a monitoring system asks: no role, no desk, a key of its own. The secret is shown once and is nowhere to be read again."""

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.access.required import require_permission

SETTINGS = "C4S Monitoring"
NAME = "monitoring@crm4s.invalid"
KEY_LENGTH, SECRET_LENGTH = 15, 32


def require_reader() -> None:
	"""Refuse whoever is neither the account for monitoring nor may read its settings."""
	user = frappe.session.user
	if user == "Guest" or user != frappe.db.get_single_value(SETTINGS, "user", cache=False):
		require_permission(SETTINGS, "read")


def open_account() -> dict[str, str]:
	"""A new secret for the account, which is made where there is none; the old secret ends at once; {"user", "key", "secret"}."""
	require_permission(SETTINGS, "write")
	user = frappe.get_doc("User", _existing() or _made())
	if user.user_type == "System User" or user.roles:
		frappe.throw(_("User {0} has roles of its own; monitoring needs a user without any.").format(frappe.bold(escape_html(user.name))))
	secret = frappe.generate_hash(length=SECRET_LENGTH)
	user.update({"enabled": 1, "api_key": user.api_key or frappe.generate_hash(length=KEY_LENGTH), "api_secret": secret})
	# Whoever may write these settings may make this one user, who has no right anywhere.
	user.save(ignore_permissions=True)
	frappe.db.set_single_value(SETTINGS, "user", user.name)
	return {"user": user.name, "key": user.api_key, "secret": secret}


def disable_user() -> None:
	"""At uninstall."""
	frappe.db.set_value("User", {"name": NAME}, "enabled", 0)


def _existing() -> str | None:
	return frappe.db.get_single_value(SETTINGS, "user", cache=False) or frappe.db.exists("User", NAME)


def _made() -> str:
	user = frappe.new_doc("User")
	user.update({"email": NAME, "first_name": "Monitoring", "send_welcome_email": 0, "user_image": "/assets/crm4s/images/crm4s.svg"})
	return user.insert(ignore_permissions=True).name
