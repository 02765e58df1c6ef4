"""Facts that follow from visits, written anew for the customers and cars that an intake touched.

The nightly job (c4s_customer/classify.py) writes the facts of customers over ranges of names; those of an intake are no range. What the
facts are is said once, in crm4s/value/classification.py.
"""

from collections.abc import Container, Mapping, Sequence

import frappe
import pandas as pd

from crm4s.access.customers import CUSTOMER
from crm4s.access.vehicles import VEHICLE
from crm4s.crm4s.doctype.c4s_customer.classify import SQL_TYPES
from crm4s.crm4s.doctype.c4s_vehicle import churn_stage, service_forecast
from crm4s.crm4s.doctype.c4s_vehicle.car_sets import write_cars
from crm4s.insurance.cover import insured_until_of
from crm4s.rows.writer import slices, update_rows, write_columns
from crm4s.value.classification import SERVICE_FACTS, service_facts

CARS_OF_ONE_REFRESH = 1000
# What is written of a customer, with what the database takes it for.
KINDS = {field: SQL_TYPES[field] for field in SERVICE_FACTS}
# Where the km a day stand among what is forecast.
RATE = service_forecast.FIELDS.index("kilometres_per_day")
COLUMNS = ("visits", "first_on", "last_visit_on", "total_spent")


def write_service_facts(names: Sequence[str]) -> None:
	"""Count, interval and spending of these customers; `modified` stays, as nobody edited them."""
	if not names:
		return
	facts = service_facts(_read_visits(names).reindex(list(names)))
	last = facts["last_visit_on"]
	facts["last_visit_on"] = pd.Series([None if pd.isna(day) else day.date() for day in last], index=facts.index, dtype=object)
	write_columns(CUSTOMER, KINDS, list(facts[list(KINDS)].astype(object).itertuples(name=None)))


def write_vehicle_facts(names: Sequence[str]) -> None:
	"""Odometer, next service and the end of the insurance of these cars, by the one writer of each."""
	for part in slices(names, CARS_OF_ONE_REFRESH):
		service_forecast.refresh(part)
		_write_insurance(part)


def write_car_facts(names: Sequence[str], driven: Container[str] | None = None) -> None:
	"""The same, and how far these cars have drifted away from us: each derived by the module that owns it, all written at once.

	Args:
		driven: of which cars the odometer was read; all by default. Of the others only how far they drifted away can be another.
	"""
	for part in slices(names, CARS_OF_ONE_REFRESH):
		read = [name for name in part if driven is None or name in driven]
		forecasts = service_forecast.derived(read)
		stages = churn_stage.derived(part, {name: fresh[RATE] for name, (fresh, _stored) in forecasts.items()})
		_write_changed(churn_stage.COLUMNS, {name: stages[name] for name in stages.keys() - forecasts.keys()})
		_write_changed(service_forecast.COLUMNS | churn_stage.COLUMNS, {name: _joined(forecasts[name], stages[name]) for name in forecasts.keys() & stages.keys()})
		_write_insurance(read)


def _joined(one: tuple[tuple, tuple], other: tuple[tuple, tuple]) -> tuple[tuple, tuple]:
	return one[0] + other[0], one[1] + other[1]


def _write_changed(columns: Mapping[str, str], derived: Mapping[str, tuple[tuple, tuple]]) -> None:
	write_cars(columns, [(name, *fresh) for name, (fresh, stored) in sorted(derived.items()) if fresh != stored])


def _write_insurance(names: Sequence[str]) -> None:
	update_rows(VEHICLE, [{"name": name, "insurance_until": until} for name, until in insured_until_of(names).items()])


def _read_visits(names: Sequence[str]) -> pd.DataFrame:
	"""Settled visits counted per customer; only those to the workshop count as visits, those of every kind as spending."""
	# The builder cannot name the index, without which the database may read every settled visit there is; it holds all that is asked.
	rows = frappe.db.sql(
		"""select customer, count(workshop_day), min(workshop_day), max(workshop_day), sum(customer_amount)
		from (
			select customer, customer_amount, if(visit_kind = 'Workshop', date(settled_on), null) workshop_day
			from `tabC4S Service Visit` force index (facts_of_paid) where customer in %s and status = 'Settled'
		) visit group by customer""",
		(tuple(names),),
	)
	frame = pd.DataFrame([list(row) for row in rows], columns=["customer", *COLUMNS]).set_index("customer")
	for column in ("first_on", "last_visit_on"):
		frame[column] = pd.to_datetime(frame[column])
	for column in ("visits", "total_spent"):
		frame[column] = frame[column].astype(float)
	return frame
