"""Whom a step tells: the person in charge, a manager, or those of the store who have a role."""

import frappe

from crm4s.access.staff import working_for
from crm4s.access.stores import DEALERSHIP

HANDLER, MANAGER, ABOVE, ROLE, USER = "Handler", "Store Manager", "Manager above the Store", "Role", "User"


def whom(step, document) -> list[str]:
	"""Enabled users, each once; where nobody is in charge, the store's manager is, and above him or her the next."""
	found = _asked(step, document)
	if not found and step.to_whom in (HANDLER, ABOVE, ROLE):
		found = _managers(document.dealership)[:1]
	return [user for user in dict.fromkeys(found) if user and frappe.db.get_value("User", user, "enabled")]


def _asked(step, document) -> list[str]:
	if step.to_whom == HANDLER:
		handler = document.get("handler")
		return [handler] if handler and frappe.db.get_value("User", handler, "enabled") else []
	if step.to_whom == USER:
		return [step.user]
	if step.to_whom == ROLE:
		return working_for(document.dealership, step.role)
	managers = _managers(document.dealership)
	return managers[:1] if step.to_whom == MANAGER else _managers_above(document.dealership, managers)


def managers(dealership: str) -> list[str]:
	"""The enabled managers of the store and of the nodes above it, the nearest first."""
	return [user for user in dict.fromkeys(_managers(dealership)) if frappe.db.get_value("User", user, "enabled")]


def _managers(dealership: str) -> list[str]:
	"""The managers of the store and of the nodes above it, the nearest first."""
	return [manager for _name, manager in _nodes(dealership) if manager]


def _managers_above(dealership: str, managers: list[str]) -> list[str]:
	above = [manager for name, manager in _nodes(dealership) if manager and name != dealership]
	return above[:1] or managers[:1]


def _nodes(dealership: str) -> list[tuple[str, str | None]]:
	left, right = frappe.db.get_value(DEALERSHIP, dealership, ["lft", "rgt"]) or (0, 0)
	return frappe.get_all(DEALERSHIP, {"lft": ["<=", left], "rgt": [">=", right]}, ["name", "manager"], order_by="lft desc", as_list=True)
