"""Writes the demo's paid rentals: those of the last months, and with their bookings one car that is out now and one that goes out tomorrow.

Courtesy cars follow from the appointments (insurance_rows).
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import frappe
import numpy as np
import pandas as pd

from crm4s.demo.chance import SEED
from crm4s.demo.drives import licence_number
from crm4s.demo.group import OUTLETS
from crm4s.demo.rows import BOOKING, CUSTOMER, VISIT, _insert, _insert_named
from crm4s.demo.service_rows import _bookings
from crm4s.identifiers.masking import mask_identity_number, mask_phone
from crm4s.rentals import terms
from crm4s.rows.writer import Writes

RENTAL, RESOURCE = "C4S Car Rental", "C4S Resource"
MONTHS, FIRST_KM = 10, 620


def write_rentals(now: datetime) -> None:
	rows = [row for number, outlet in enumerate(OUTLETS) for row in _Rentals(outlet, now, np.random.default_rng([SEED, 71, number])).rows()]
	if not rows:
		return
	frame = pd.DataFrame([_complete(row) for row in rows], dtype=object)
	writes = Writes()
	out = frame.loc[frame["status"].isin(("Handed Out", "Planned"))]
	held = _bookings(
		pd.DataFrame({"rental": out["key"], "resource": out["resource"], "dealership": out["dealership"], "starts_at": out["planned_from"], "ends_at": out["planned_to"]}),
		"rental",
		dict(zip(out["key"], out["title"], strict=True)),
		{name: name for name in out["resource"]},
	)
	frame["booking"] = frame["key"].map(dict(zip(held["rental"], held["name"], strict=True)))
	names = _insert_named(writes, RENTAL, frame, "key")
	_insert(writes, BOOKING, held.assign(reference_doctype=RENTAL, reference_name=held["rental"].map(names)).drop(columns="rental"))
	writes.flush()


class _Rentals:
	"""What one store lends and rents out."""

	def __init__(self, outlet: str, now: datetime, rng: np.random.Generator):
		self.outlet, self.now, self.rng = outlet, now, rng
		filters = {"dealership": outlet, "kind": "Courtesy Car", "enabled": 1}
		self.cars = frappe.get_all(RESOURCE, filters, ["name", "resource_name", "vehicle"], order_by="name")
		self.classes = frappe.get_all("C4S Rental Class", {"enabled": 1}, pluck="name", order_by="sequence")
		self.people = _people_of(outlet, 4 * MONTHS)
		self.kilometres = {car.name: FIRST_KM for car in self.cars}

	def rows(self) -> Iterator[dict]:
		if not (self.cars and self.people and self.classes):
			return
		for month in range(MONTHS, 0, -1):
			for number, car in enumerate(self.cars):
				# Two weeks apart, at most four days long: a car is never with two people.
				begins = self.morning(self.now - timedelta(days=30 * month - 14 * (number % 2)))
				yield self.past(car, begins, int(self.rng.integers(1, 5)), month == 4 and not number)
		free = [car for car in self.cars if not self.is_kept(car)]
		if free:
			yield self.out_now(free[0])
		if len(free) > 1:
			yield self.planned(free[1])

	def past(self, car, begins: datetime, days: int, is_cancelled: bool) -> dict:
		row = self.wish(car, begins, days)
		if is_cancelled:
			return {**row, "status": "Cancelled", "cancellation_note": "车提前修好，客户不再需要。"}
		back = begins + timedelta(days=days, minutes=int(self.rng.integers(-90, 60)))
		driven = int(days * self.rng.integers(40, 260))
		return {**row, **self.handed_out(car, begins), "status": "Brought Back", "back_on": back, "odometer_in": self.drive(car, driven), "kilometres": driven, "fuel_in": 90}

	def out_now(self, car) -> dict:
		begins = self.morning(self.now - timedelta(days=1))
		return {**self.wish(car, begins, 2), **self.handed_out(car, begins), "status": "Handed Out"}

	def planned(self, car) -> dict:
		return {**self.wish(car, self.morning(self.now + timedelta(days=1)), 2), "status": "Planned"}

	def wish(self, car, begins: datetime, days: int) -> dict:
		person = self.people[int(self.rng.integers(len(self.people)))]
		return {
			"key": f"{car.name}:{begins:%Y%m%d}",
			"dealership": self.outlet,
			"customer": person.customer,
			"contact_name": person.customer_name,
			"contact_phone": person.primary_phone,
			"rental_kind": terms.PAID,
			"rental_class": self.classes[int(self.rng.integers(len(self.classes)))],
			"resource": car.name,
			"plate_number": frappe.db.get_value("C4S Vehicle", car.vehicle, "plate_number"),
			"planned_from": begins,
			"planned_to": begins + timedelta(days=days),
			"advisor": person.service_advisor,
		}

	def handed_out(self, car, moment: datetime) -> dict:
		return {
			"licence_number": licence_number(self.rng),
			"licence_class": "C1",
			"licence_valid_until": (moment + timedelta(days=900)).date(),
			"licence_checked": 1,
			"licence_checked_on": moment,
			"agreement_on_paper": 1,
			"agreement_signed_on": moment,
			"handed_out_on": moment,
			"odometer_out": self.kilometres[car.name],
			"fuel_out": 90,
		}

	def drive(self, car, kilometres: int) -> int:
		self.kilometres[car.name] += kilometres
		return self.kilometres[car.name]

	def is_kept(self, car) -> bool:
		"""Whether an appointment of these days wants the car."""
		period = {"blocked_until": [">", self.now - timedelta(days=2)], "blocked_from": ["<", self.now + timedelta(days=4)]}
		return bool(frappe.db.exists(BOOKING, {"resource": car.name, "status": "Booked", **period}))

	def morning(self, moment: datetime) -> datetime:
		return datetime.combine(moment.date(), time(9, 30))


def _people_of(outlet: str, count: int) -> list:
	"""Private customers who were in the workshop lately, and their advisors."""
	visits = frappe.get_all(VISIT, {"dealership": outlet, "visit_kind": "Workshop"}, ["customer", "service_advisor"], order_by="arrived_on desc, name", limit=4 * count)
	people = {row.name: row for row in frappe.get_all(CUSTOMER, {"name": ["in", [row.customer for row in visits]], "customer_kind": "Private"}, ["name", "customer_name", "primary_phone"])}
	return [frappe._dict(people[row.customer], **row) for row in visits if row.customer in people][:count]


def _complete(row: dict) -> dict:
	"""What the controller works out of a row."""
	rental = frappe.get_doc({"doctype": RENTAL, **row})
	prices = frappe.db.get_value("C4S Rental Class", rental.rental_class, terms.PRICES, as_dict=True)
	rental.update(prices)
	if rental.handed_out_on:
		rental.update({"deposit_paid": rental.deposit, "deposit_method": "WeChat Pay"})
	terms.set_amounts(rental)
	late = rental.back_on - rental.planned_to if rental.back_on else timedelta()
	found = {field: rental.get(field) for field in (*terms.PRICES, *terms.AMOUNTS, "expected_amount", "deposit_paid", "deposit_method")}
	return {
		**row,
		**found,
		"title": " · ".join(part for part in (rental.contact_name, rental.plate_number) if part),
		"masked_phone": mask_phone(rental.contact_phone) if rental.contact_phone else None,
		"masked_licence_number": mask_identity_number(rental.licence_number) if rental.licence_number else None,
		"minutes_late": max(late // timedelta(minutes=1), 0),
		"creation": rental.planned_from - timedelta(days=2),
	}
