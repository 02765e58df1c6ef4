"""What consultants may do with leads that managers do for everybody."""

import frappe

CONSULTANT, SPECIALIST = "C4S Sales Consultant", "C4S CRM Specialist"
KEEPERS = frozenset(
	{
		*("System Manager", "C4S Administrator", "C4S Sales Manager", "C4S Dealer Manager", "C4S Group Manager", "C4S CRM Manager"),
		"C4S DMS Integration",
	}
)


def is_only_consultant(user: str | None = None) -> bool:
	"""Whether `user` sells, and neither manages those who do nor keeps the data."""
	user = user or frappe.session.user
	roles = set(frappe.get_roles(user))
	return user != "Administrator" and CONSULTANT in roles and not roles & KEEPERS


def manages_leads(user: str | None = None) -> bool:
	user = user or frappe.session.user
	return user == "Administrator" or bool(set(frappe.get_roles(user)) & (KEEPERS - {"C4S DMS Integration", "C4S Group Manager"}))


def returns_for_others(user: str | None = None) -> bool:
	"""Whether `user` may bring a lead that somebody else holds back to the pool."""
	user = user or frappe.session.user
	return user == "Administrator" or bool(set(frappe.get_roles(user)) & (KEEPERS | {SPECIALIST}))
