"""The user as whom the link works: everybody sees what it wrote, and nobody signs in as it."""

import frappe

from crm4s.erpnext_link.presence import ROLE, ROLES_THERE

NAME = "erpnext-link@crm4s.invalid"


def make_user() -> str:
	"""Its name; made where there is none, with the link's role and ERPNext's own ones."""
	if not frappe.db.exists("User", NAME):
		values = {"email": NAME, "first_name": "ERPNext", "last_name": "CRM4S", "send_welcome_email": 0, "user_type": "System User"}
		# Without a picture Frappe asks gravatar.com for one.
		values["user_image"] = "/assets/frappe/images/default-avatar.png"
		frappe.get_doc({"doctype": "User", **values}).insert(ignore_permissions=True)
	user = frappe.get_doc("User", NAME)
	user.flags.ignore_permissions = True
	user.enabled = 1
	user.add_roles(ROLE, *ROLES_THERE)
	return user.name


def disable_user() -> None:
	"""At uninstall. What it made stays under its name."""
	frappe.db.set_value("User", {"name": NAME}, "enabled", 0)
