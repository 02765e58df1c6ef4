"""The user of a link and its key. The secret is shown once, to the administrator who made it, and is nowhere to be read again."""

import re

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.access.required import require_permission
from crm4s.dms.links import LINK

ROLE = "C4S DMS Integration"
DOMAIN = "dms.invalid"
KEY_LENGTH, SECRET_LENGTH = 15, 32


def open_account(link_name: str) -> dict[str, str]:
	"""A user for a link that is being set up, with a key; {"user", "key", "secret"}.

	Raises:
		frappe.ValidationError: the name is none, or its user exists.
	"""
	require_permission(LINK, "create")
	address = f"{_plain(link_name)}@{DOMAIN}"
	if frappe.db.exists("User", address):
		frappe.throw(_("User {0} exists already; choose it in User, or another Link Name.").format(frappe.bold(escape_html(address))))
	user = frappe.new_doc("User")
	user.update({"email": address, "first_name": link_name, "send_welcome_email": 0, "user_image": "/assets/crm4s/images/crm4s.svg"})
	user.append("roles", {"role": ROLE})
	# Whoever may set up links may make their users, who have this one role and no desk.
	user.insert(ignore_permissions=True)
	return _with_new_secret(user)


def new_secret(link: str) -> dict[str, str]:
	"""The old secret ends at once; {"user", "key", "secret"}."""
	document = frappe.get_doc(LINK, link)
	document.check_permission("write")
	return _with_new_secret(frappe.get_doc("User", document.user))


def _plain(link_name: str) -> str:
	plain = re.sub(r"[^a-z0-9-]", "", (link_name or "").lower())
	if not plain:
		frappe.throw(_("Fill in {0} first: a short name of letters, digits and hyphens.").format(_("Link Name")))
	return plain


def _with_new_secret(user) -> dict[str, str]:
	"""Only of those who have no desk: nobody's own key is taken over here. The caller has asked for permission."""
	if user.user_type == "System User":
		frappe.throw(_("User {0} works in the desk; a link needs a user of its own.").format(frappe.bold(escape_html(user.name))))
	secret = frappe.generate_hash(length=SECRET_LENGTH)
	user.api_key = user.api_key or frappe.generate_hash(length=KEY_LENGTH)
	user.api_secret = secret
	user.save(ignore_permissions=True)
	return {"user": user.name, "key": user.api_key, "secret": secret}
