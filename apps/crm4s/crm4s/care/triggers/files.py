"""What is known of customers and cars and grows old: somebody asks, and writes down what holds today.

All that is old stands open until it is asked: each trigger names the state that is old, so a task comes once for it, and again when that has grown old anew.
"""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import add_months, cint, getdate
from pypika.terms import ExistsCriterion

from crm4s.care.audience import narrow
from crm4s.care.due import Due, driven, tables
from crm4s.rows.ranges import in_slices

PHONE, CONSENT, GIVEN = "C4S Customer Phone", "C4S Consent", "Given"


def phones_not_confirmed(rule, day: date) -> Iterator[list[Due]]:
	"""Customers of at least so many months whose primary phone nobody confirmed; again each time as many months have gone by."""
	customer, _car = tables()
	phone = frappe.qb.DocType(PHONE)
	unconfirmed = frappe.qb.from_(phone).select(phone.name).where((phone.parent == customer.name) & (phone.is_primary == 1) & (phone.is_verified == 0))
	query = (
		frappe.qb.from_(customer)
		.select(customer.name, customer.creation.as_("since"))
		.where((customer.creation < _months_before(day, rule)) & ExistsCriterion(unconfirmed))
	)
	for rows in in_slices(narrow(query, rule, customer), customer.name):
		yield [Due(row.name, str(_periods(row.since, day, rule)), row.name, day, facts={"date": getdate(row.since)}) for row in rows]


def files_not_changed(rule, day: date) -> Iterator[list[Due]]:
	"""Customers in whose file nobody wrote for so many months."""
	customer, _car = tables()
	query = frappe.qb.from_(customer).select(customer.name, customer.modified.as_("since")).where(customer.modified < _months_before(day, rule))
	for rows in in_slices(narrow(query, rule, customer), customer.name):
		yield [Due(row.name, str(getdate(row.since)), row.name, day, facts=_since(row.since, rule)) for row in rows]


def cars_without_reading(rule, day: date) -> Iterator[list[Due]]:
	"""Cars with customers of which there is no odometer reading since so many months; where there never was one, since they are in the books."""
	customer, car = tables()
	query = (
		driven(frappe.qb.from_(car), car, customer)
		.select(car.name, car.current_owner, Coalesce(car.odometer_read_on, car.creation).as_("since"))
		.where(Coalesce(car.odometer_read_on, car.creation) < _months_before(day, rule))
	)
	for rows in in_slices(narrow(query, rule, customer, car), car.name):
		yield [Due(row.name, str(getdate(row.since)), row.current_owner, day, row.name, facts=_since(row.since, rule)) for row in rows]


def consents_old(rule, day: date) -> Iterator[list[Due]]:
	"""Customers whose consent to a purpose is so many months old, where it is the last word on that purpose."""
	customer, _car = tables()
	consent, later = frappe.qb.DocType(CONSENT), frappe.qb.DocType(CONSENT).as_("later")
	same_purpose = (later.purpose == consent.purpose) | (later.purpose.isnull() & consent.purpose.isnull())
	said_since = frappe.qb.from_(later).select(later.name).where((later.customer == consent.customer) & (later.decided_on > consent.decided_on) & same_purpose)
	query = (
		frappe.qb.from_(consent)
		.join(customer)
		.on(customer.name == consent.customer)
		.select(consent.name, consent.customer, consent.purpose, consent.decided_on)
		.where((consent.decision == GIVEN) & (consent.decided_on < _months_before(day, rule)) & ExistsCriterion(said_since).negate())
	)
	for rows in in_slices(narrow(query, rule, customer), consent.name):
		yield [Due(row.customer, f"{row.purpose or ''} {getdate(row.decided_on)}", row.customer, day, facts={"date": getdate(row.decided_on), "purpose": row.purpose}) for row in rows]


def _months_before(day: date, rule) -> date:
	return getdate(add_months(day, -cint(rule.months)))


def _since(since, rule) -> dict:
	return {"date": getdate(since), "months": cint(rule.months)}


def _periods(since, day: date, rule) -> int:
	"""How often so many months have gone by."""
	since = getdate(since)
	months = 12 * (day.year - since.year) + day.month - since.month - (day.day < since.day)
	return months // max(cint(rule.months), 1)
