"""Who owns, drives or pays for a car, and since when: the rows C4S Vehicle Party of a C4S Vehicle."""

import frappe
from frappe.utils import nowdate
from pypika.terms import Criterion

PARTY, VEHICLE = "C4S Vehicle Party", "C4S Vehicle"


def is_of_today(party) -> Criterion:
	"""Condition on the given table of parties: the row is a car's, and counts today."""
	today = nowdate()
	return (
		(party.parenttype == VEHICLE)
		& (party.valid_from.isnull() | (party.valid_from <= today))
		& (party.valid_to.isnull() | (party.valid_to >= today))
	)


def of_today(vehicle: str) -> list:
	"""The parties that a car has today, in the order of its form: `customer`, `party_role`."""
	party = frappe.qb.DocType(PARTY)
	return (
		frappe.qb.from_(party)
		.select(party.customer, party.party_role)
		.where((party.parent == vehicle) & is_of_today(party))
		.orderby(party.idx)
		.run(as_dict=True)
	)
