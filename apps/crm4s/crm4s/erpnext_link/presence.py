"""Whether ERPNext is on this site. It may come later, and go again."""

import frappe
from frappe import _

APP = "erpnext"
SETTINGS = "C4S ERPNext Settings"
RECORD = "C4S ERPNext Record"
MATCH = "C4S ERPNext Match"
ROLE = "C4S ERPNext Link"
# What the user of the link is in ERPNext: its own roles, none of the managers.
ROLES_THERE = ("Sales User", "Accounts User", "Item Manager", "Stock User")


def is_there() -> bool:
	return APP in frappe.get_installed_apps()


def require() -> None:
	"""Refuse in a sentence where ERPNext is not installed."""
	if not is_there():
		frappe.throw(absent())


def absent() -> str:
	return _("ERPNext is not installed on this site. The CRM works without it; install ERPNext first, then set up the link here.")
