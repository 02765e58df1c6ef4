"""Who sees which car: the store where it stands or that looks after it, and every store that knows one of its owners, drivers or payers."""

import frappe

from crm4s.access.customers import related_condition
from crm4s.access.stores import store_condition, stores_of

VEHICLE = "C4S Vehicle"


def vehicle_condition(user: str | None = None) -> str:
	"""SQL condition that keeps the cars that `user` sees; empty for the whole group."""
	stores = stores_of(user)
	if stores is None:
		return ""
	if not stores:
		# Said at once, instead of looking through all cars for none.
		return "1 = 0"
	of_known_people = (
		"exists (select 1 from `tabC4S Vehicle Party` party where party.parent = `tabC4S Vehicle`.`name`"
		f" and {related_condition('party.customer', user)})"
	)
	return f"({store_condition(VEHICLE, user)} or {of_known_people})"


def seen_vehicle_condition(column: str, user: str | None = None) -> str:
	"""SQL condition that `column` holds a car that `user` sees; empty for the whole group.

	`column` is SQL of ours, such as "`tabC4S Odometer Reading`.`vehicle`", never what somebody typed.
	"""
	condition = vehicle_condition(user)
	return condition and f"exists (select 1 from `tabC4S Vehicle` where `tabC4S Vehicle`.`name` = {column} and {condition})"


def sees_vehicle(vehicle: str | None, user: str | None = None) -> bool:
	"""Whether `user` sees the car as it is stored; the counterpart of `vehicle_condition`."""
	if not vehicle:
		return False
	condition = vehicle_condition(user)
	# The builder cannot take a condition that is text already; the condition holds only names that are escaped.
	return not condition or bool(
		frappe.db.sql(f"select 1 from `tabC4S Vehicle` where `tabC4S Vehicle`.`name` = %s and {condition}", (vehicle,))
	)
