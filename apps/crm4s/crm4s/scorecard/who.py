"""Who sees what of the team's figures: managers those of their stores, everybody else what is about him or her."""

import frappe

from crm4s.access.stores import has_store_permission, store_condition

MANAGERS = frozenset(
	("System Manager", "C4S Administrator", "C4S CRM Manager", "C4S Dealer Manager", "C4S Sales Manager", "C4S Workshop Manager", "C4S Group Manager", "C4S Data Analyst")
)


def sees_others(user: str | None = None) -> bool:
	"""Whether the user reads records of all who work for the own stores."""
	user = user or frappe.session.user
	return user == "Administrator" or bool(MANAGERS & set(frappe.get_roles(user)))


def person_condition(doctype: str, user: str | None = None) -> str:
	"""SQL condition of a document of a store that is about a `person`."""
	user = user or frappe.session.user
	stores = store_condition(doctype, user)
	if sees_others(user):
		return stores
	return " and ".join(part for part in (stores, f"`tab{doctype}`.`person` = {frappe.db.escape(user)}") if part)


def has_person_permission(document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The counterpart of `person_condition`."""
	if ptype == "create" and not document.get("dealership"):
		# It gets the own store before it is saved.
		return True
	user = user or frappe.session.user
	return has_store_permission(document, user) and (sees_others(user) or document.get("person") == user)


def answers_condition(user: str | None = None) -> str:
	"""SQL condition that keeps from everybody what customers' answers say about his or her own work."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	table = "`tabC4S KPI Result`"
	return f"not ({table}.`rests_on_answers` = 1 and {table}.`person` = {frappe.db.escape(user)})"
