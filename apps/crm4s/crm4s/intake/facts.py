"""Facts that follow from visits, written anew for the customers and cars that an intake touched.

The nightly job (c4s_customer/classify.py) writes the facts of customers over ranges of names; those of an intake are no range. What the
facts are is said once, in crm4s/value/classification.py.
"""

from collections.abc import Sequence

import frappe
import pandas as pd

from crm4s.access.customers import CUSTOMER
from crm4s.access.vehicles import VEHICLE
from crm4s.crm4s.doctype.c4s_vehicle import churn_stage
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import refresh
from crm4s.insurance.cover import insured_until_of
from crm4s.rows.writer import slices, update_rows
from crm4s.value.classification import SERVICE_FACTS, service_facts

CARS_OF_ONE_REFRESH = 1000
COLUMNS = ("visits", "first_on", "last_visit_on", "total_spent")


def write_service_facts(names: Sequence[str]) -> None:
	"""Count, interval and spending of these customers; `modified` stays, as nobody edited them."""
	if not names:
		return
	facts = service_facts(_read_visits(names).reindex(list(names)))
	last = facts["last_visit_on"]
	facts["last_visit_on"] = pd.Series([None if pd.isna(day) else day.date() for day in last], index=facts.index, dtype=object)
	rows = facts[list(SERVICE_FACTS)].astype(object).itertuples()
	update_rows(CUSTOMER, [dict(zip(("name", *SERVICE_FACTS), row, strict=True)) for row in rows])


def write_vehicle_facts(names: Sequence[str]) -> None:
	"""Odometer, next service and the end of the insurance of these cars, by the one writer of each."""
	for part in slices(names, CARS_OF_ONE_REFRESH):
		refresh(part)
		update_rows(VEHICLE, [{"name": name, "insurance_until": until} for name, until in insured_until_of(part).items()])


def write_churn_stages(names: Sequence[str]) -> None:
	"""How far these cars have drifted away from us, by the one writer of that."""
	for part in slices(names, CARS_OF_ONE_REFRESH):
		churn_stage.refresh(part)


def _read_visits(names: Sequence[str]) -> pd.DataFrame:
	"""Settled visits counted per customer; only those to the workshop count as visits, those of every kind as spending."""
	# The builder cannot name the index, without which the database may read every settled visit there is.
	rows = frappe.db.sql(
		"""select customer, count(workshop_day), min(workshop_day), max(workshop_day), sum(customer_amount)
		from (
			select customer, customer_amount, if(visit_kind = 'Workshop', date(settled_on), null) workshop_day
			from `tabC4S Service Visit` force index (customer_settled_on_index) where customer in %s and status = 'Settled'
		) visit group by customer""",
		(tuple(names),),
	)
	frame = pd.DataFrame([list(row) for row in rows], columns=["customer", *COLUMNS]).set_index("customer")
	for column in ("first_on", "last_visit_on"):
		frame[column] = pd.to_datetime(frame[column])
	for column in ("visits", "total_spent"):
		frame[column] = frame[column].astype(float)
	return frame
