"""The cars that came to a service and not to the next one, read from the visits themselves."""

import frappe
import numpy as np
import pandas as pd
from frappe.utils import add_months, get_first_day

from crm4s.access.chosen_stores import keep_stores, stores_to_count
from crm4s.crm4s.report.c4s_churn.lost_cars import CAR, VISIT
from crm4s.reports.returns import month_number, services
from crm4s.returning.read import last_month

# A page of cars, not all of a group's.
LOOKED_AT = 1500


def missing_cars(filters, node: int) -> list[dict]:
	"""Of the first LOOKED_AT cars in the workshop in this time, those for which it was service number `node` and that missed the next one."""
	names = _cars_here(filters)
	if not names or node < 1:
		return []
	rows = frappe.db.sql(
		# The index holds all that is asked; another one would be chosen, which makes it read the visits themselves.
		f"""select name, vehicle, settled_on, dealership, to_days(settled_on) - to_days('1970-01-01') day from `tab{VISIT}` force index (vehicle_returns)
		where vehicle in %s and status = 'Settled' and visit_kind = 'Workshop' and settled_on is not null order by vehicle, settled_on, name""",
		(names,),
		as_dict=True,
	)
	found = _missed(pd.DataFrame.from_records(rows), filters, node)
	return _with_cars(found.to_dict("records"))


def _cars_here(filters) -> list[str]:
	visit, car = frappe.qb.DocType(VISIT), frappe.qb.DocType(CAR)
	query = (
		frappe.qb.from_(visit)
		.select(visit.vehicle)
		.distinct()
		.where((visit.status == "Settled") & (visit.visit_kind == "Workshop") & visit.vehicle.isnotnull())
		.where((visit.settled_on >= get_first_day(filters.from_date)) & (visit.settled_on < _end(filters)))
		# The same cars each time.
		.orderby(visit.vehicle)
		.limit(LOOKED_AT)
	)
	if filters.model:
		query = query.join(car).on(car.name == visit.vehicle).where(car.model == filters.model)
	return keep_stores(query, visit.dealership, filters.dealership).run(pluck=True)


def _missed(visits: pd.DataFrame, filters, node: int) -> pd.DataFrame:
	day = visits["day"].to_numpy(np.int64)
	begun = visits[services(visits["vehicle"].to_numpy(), day)].copy()
	begun["node"] = begun.groupby("vehicle").cumcount() + 1
	begun["month"] = month_number(begun["day"].to_numpy(np.int64))
	begun["next"] = begun.groupby("vehicle")["month"].shift(-1)
	inside = (begun["settled_on"] >= pd.Timestamp(get_first_day(filters.from_date))) & (begun["settled_on"] < pd.Timestamp(_end(filters)))
	over = begun["month"] + filters.window <= last_month()
	missed = ~(begun["next"] - begun["month"] <= filters.window)
	return begun[inside & over & missed & (begun["node"] == node) & begun["dealership"].isin(_stores(filters, begun["dealership"].unique()))]


def _stores(filters, names) -> list[str]:
	stores = stores_to_count(filters.dealership, frappe.session.user)
	return list(names) if stores is None else stores


def _with_cars(rows: list[dict]) -> list[dict]:
	fields = ["name", "vehicle_title", "model", "last_workshop_visit_on"]
	cars = {car.name: car for car in frappe.get_all(CAR, {"name": ["in", [row["vehicle"] for row in rows] or [""]]}, fields)}
	shown = []
	for row in sorted(rows, key=lambda row: (row["settled_on"], row["vehicle"])):
		car = cars.get(row["vehicle"]) or {}
		shown.append({**{field: car.get(field) for field in fields[1:]}, "vehicle": row["vehicle"], "visit": row["name"], "settled_on": row["settled_on"], "dealership": row["dealership"]})
	return shown


def _end(filters):
	"""The first day after the months of the filters, as the counts go by whole months."""
	return add_months(get_first_day(filters.to_date), 1)
