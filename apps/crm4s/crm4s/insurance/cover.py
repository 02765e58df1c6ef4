"""What is insured when: read by policies, claims and cars.

A car is insured once for each kind and day, whichever store sold the policy, so these reads do not ask which store the reader works for;
who may see the policy itself is asked where it is shown.
"""

from collections.abc import Sequence
from datetime import date

import frappe

POLICY, VEHICLE = "C4S Insurance Policy", "C4S Vehicle"
COMPULSORY, COMMERCIAL = "Compulsory Insurance", "Commercial Insurance"
FACTS = ("name", "policy_kind", "policy_number", "insurer", "valid_from", "covered_until")


def lock_car(vehicle: str) -> None:
	"""Of two who insure one car at the same moment the second waits here, and then finds the policy of the first."""
	frappe.db.get_value(VEHICLE, vehicle, "name", for_update=True)


def policies_between(vehicle: str, kind: str | None, first: date, last: date, *, without: str | None = None, locked: bool = False) -> list:
	"""The car's policies that cover a day from `first` to `last`, both included, earliest first; `locked` reads what was committed a moment ago."""
	policy = frappe.qb.DocType(POLICY)
	query = (
		frappe.qb.from_(policy)
		.select(*(policy[field] for field in FACTS))
		.where((policy.vehicle == vehicle) & (policy.covered_until >= first) & (policy.valid_from <= last))
		.where(policy.covered_until >= policy.valid_from)
		.orderby(policy.valid_from, policy.name)
	)
	if kind:
		query = query.where(policy.policy_kind == kind)
	if without:
		query = query.where(policy.name != without)
	return (query.for_update() if locked else query).run(as_dict=True)


def policy_of_day(vehicle: str, day: date):
	"""The policy that covers a day: the commercial one, which pays the own car, before the compulsory one; None when the car is not insured."""
	found = policies_between(vehicle, None, day, day)
	return min(found, key=lambda row: row.policy_kind != COMMERCIAL, default=None)


def insured_until(vehicle: str) -> date | None:
	"""The day when the first of the car's insurances ends without a following policy; None while no policy is entered."""
	return insured_until_of([vehicle]).get(vehicle)


def insured_until_of(vehicles: Sequence[str]) -> dict[str, date]:
	"""The same of many cars, without those that have no policy; one query."""
	# For a thousand cars the builder takes longer than the database.
	rows = frappe.db.sql(
		f"select vehicle, max(covered_until) from `tab{POLICY}` where vehicle in %s group by vehicle, policy_kind", (tuple(vehicles) or ("",),)
	)
	found: dict[str, date] = {}
	for vehicle, last in rows:
		found[vehicle] = min(last, found.get(vehicle, last))
	return found


def tell_car(vehicle: str) -> None:
	"""Write to the car until when it is insured. A car without policies keeps what was entered by hand."""
	until = insured_until(vehicle)
	if until:
		frappe.db.set_value(VEHICLE, vehicle, "insurance_until", until, update_modified=False)
