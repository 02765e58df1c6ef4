"""Which policy follows which, and which ones end without a following one."""

from datetime import date

import frappe

from crm4s.insurance.cover import POLICY
from crm4s.masked_twins import shown

SHOWN = (
	*("name", "vehicle", "customer", "insurer", "policy_kind", "policy_number", "covered_until"),
	*("premium_total", "sold_by_us", "seller", "dealership"),
)


def link(vehicle: str) -> None:
	"""Write to the car's policies which one each renews, and by which one it is renewed; the one writer of both."""
	fields = ["name", "policy_kind", "valid_from", "covered_until", "renewal_of", "renewed_by"]
	rows = frappe.get_all(POLICY, {"vehicle": vehicle}, fields, order_by="valid_from, name")
	# What was taken back before it began renews nothing.
	by_kind: dict[str, list] = {}
	for row in rows:
		if row.covered_until >= row.valid_from:
			by_kind.setdefault(row.policy_kind, []).append(row)
	wanted = {row.name: {"renewal_of": None, "renewed_by": None} for row in rows}
	for policies in by_kind.values():
		for earlier, later in zip(policies, policies[1:], strict=False):
			wanted[earlier.name]["renewed_by"] = later.name
			wanted[later.name]["renewal_of"] = earlier.name
	for row in rows:
		if any((row[field] or None) != value for field, value in wanted[row.name].items()):
			frappe.db.set_value(POLICY, row.name, wanted[row.name], update_modified=False)


def ending(first: date, last: date, *, limit: int, **filters) -> list:
	"""Policies that the current user may read, that end from `first` to `last` and are not renewed; those that end first come first.

	The plate is masked for whoever may not read it.

	Args:
		filters: further ones of C4S Insurance Policy, such as dealership and policy_kind.
	"""
	conditions = {"covered_until": ["between", [first, last]], "status": "In Force", "renewed_by": ["is", "not set"], **filters}
	return frappe.get_list(POLICY, filters=conditions, fields=[*SHOWN, shown(POLICY, "plate_number")], order_by="covered_until, name", limit_page_length=limit)
