"""Whose appointments, visits and rentals are, who pays for them, and who in the store hears of what a customer did."""

from collections.abc import Callable

import frappe
from pypika.terms import Criterion, ExistsCriterion

from crm4s.notices import ring
from crm4s.parties import PARTY, is_of_today, of_today
from crm4s.portal import own
from crm4s.portal.viewer import Viewer

APPOINTMENT, VISIT, RENTAL = "C4S Service Appointment", "C4S Service Visit", "C4S Car Rental"
BOOKED, OPEN, SETTLED = "Booked", "Open", "Settled"


@own.rule(APPOINTMENT)
def _appointments(viewer: Viewer, table) -> Criterion:
	"""One's own and those of the fleet, for good.

	Of a car that one brings for the family, drives, or shares with another of its people: what is still to come, so that whoever brings it knows
	when; not what was. One that a former owner made is nobody else's.
	"""
	return own.of_customers(viewer, table) | (_brought_now(viewer, table) & (table.status == BOOKED))


@own.rule(VISIT)
def _visits(viewer: Viewer, table) -> Criterion:
	"""One's own and those of the fleet, for good; of another car that one brings the one that is open, without its money (`pays`)."""
	return own.of_customers(viewer, table) | (_brought_now(viewer, table) & (table.status == OPEN))


@own.rule(RENTAL)
def _rentals(viewer: Viewer, table) -> Criterion:
	"""One's own and those of the fleet: a rental is a contract of one customer about a car of the store, which nobody of the family brings."""
	return own.of_customers(viewer, table)


def pays(viewer: Viewer, customer: str | None) -> bool:
	"""Whether amounts of this customer are shown to the viewer, and decided on: who brings a car for somebody sees how far it is, not what it costs."""
	return customer in viewer.whole


def customer_of(viewer: Viewer, car: str) -> str:
	"""For whom a viewer's car comes to the store: the viewer or the fleet, else the family member, else its owner."""
	rows = sorted(of_today(car), key=lambda row: (row.customer not in viewer.whole, row.customer not in viewer.cars_of, row.party_role != "Owner"))
	return rows[0].customer if rows else viewer.customer


def contact_of(viewer: Viewer) -> dict:
	"""Who comes, whoever's car it is: fields of an appointment or a rental."""
	person = frappe.db.get_value("C4S Customer", viewer.customer, ["customer_name", "primary_phone"], as_dict=True)
	return {"contact_name": person.customer_name, "contact_phone": person.primary_phone}


def tell(document, advisor: str | None, sentence: Callable[[str], str]) -> None:
	"""A notice in the bell of the advisor; where there is none, of the store's manager.

	Args:
		sentence: what it says, HTML, by language.
	"""
	user = advisor or frappe.db.get_value("C4S Dealership", document.dealership, "manager")
	person = user and frappe.db.get_value("User", user, ["enabled", "language"], as_dict=True)
	if person and person.enabled:
		ring(user, sentence(person.language), document.doctype, document.name, by=frappe.session.user)


def _brought_now(viewer: Viewer, table) -> Criterion:
	"""About a car that the viewer sees, of somebody who is one of its people today."""
	party = frappe.qb.DocType(PARTY)
	people = frappe.qb.from_(party).select(party.name).where((party.parent == table.vehicle) & (party.customer == table.customer) & is_of_today(party))
	return own.of_cars(viewer, table) & ExistsCriterion(people)
