"""Reads plan, readings and maintenance done of cars, lets crm4s.value say how they drive and what is due, and writes the cars' derived fields.

The one writer of odometer, km per day and next service. One car or a million: always a few queries a batch, none a car.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import frappe
import numpy as np
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.crm4s.doctype.c4s_vehicle.car_sets import DAYS_BEFORE, plans_of, write_cars
from crm4s.rows.ranges import names_in_slices
from crm4s.runs import commit
from crm4s.value import maintenance, maintenance_sets
from crm4s.value.maintenance import PlanItem
from crm4s.value.mileage import Point, Reading

# What the one writer writes, with what the database takes it for.
COLUMNS = {
	"odometer": "int",
	"odometer_read_on": "datetime(6)",
	"kilometres_per_day": "decimal(21,9)",
	"kilometres_per_day_basis": "varchar(140)",
	"next_service_on": "date",
	"next_service_km": "int",
	"next_service_basis": "varchar(140)",
	"next_service_reason": "text",
}
FIELDS = tuple(COLUMNS)

BATCH = 10_000

# Whoever has the car in the workshop does what is due, unless it is noted otherwise.
WORKSHOP = "C4S Service Visit"
# These were somebody's car before we saw them.
USED_AT_ENTRY = ("In Use", "Traded In", "Used Stock")


def forecast_of_document(vehicle) -> dict:
	"""The derived fields of a car that is about to be saved."""
	rows = [] if vehicle.is_new() else _readings_of(vehicle.name)
	days = [getdate(day) for day in (vehicle.first_registered_on, vehicle.delivered_on) if day]
	models = _models([vehicle.model])
	plan, usual_rate = models.get(vehicle.model, ((), 0))
	car = maintenance.Car(
		started_on=min(days, default=None),
		first_seen_on=getdate(vehicle.creation),
		is_with_customer=(vehicle.status or vehicle.entered_as) in WITH_CUSTOMER,
		was_used_before=vehicle.entered_as in USED_AT_ENTRY,
		usual_rate=usual_rate,
	)
	readings = [Reading(getdate(row.read_on), row.kilometres, bool(row.is_reset), row.source_doctype == WORKSHOP) for row in rows]
	done = [(row.item, Point(getdate(row.done_on), row.kilometres or None)) for row in vehicle.maintenance_done]
	found = maintenance.forecast(car, plan, readings, done)
	return {
		"odometer": found.odometer,
		"odometer_read_on": rows[-1].read_on if rows else None,
		"kilometres_per_day": found.rate,
		"kilometres_per_day_basis": found.rate_basis,
		"next_service_on": found.next_on,
		"next_service_km": found.next_kilometres,
		"next_service_basis": found.next_basis,
		"next_service_reason": ", ".join(found.next_items) or None,
	}


def refresh(names: Sequence[str], locking: bool = False) -> int:
	"""Write the derived fields of these cars anew; return how many changed.

	Args:
		locking: wait for and see the readings that another transaction is writing; for the few cars of one request.
	"""
	return _refresh("in %s", (tuple(names),), locking) if names else 0


def derived(names: Sequence[str]) -> dict[str, tuple[tuple, tuple]]:
	"""By car, the FIELDS as they shall be and as they are: for who writes them together with others."""
	return _derived("in %s", (tuple(names),)) if names else {}


def refresh_range(first: str, last: str) -> int:
	"""The same for all cars whose names lie between these two.

	Called first in a transaction, so that nobody's reading comes between what is read here and what is written.
	"""
	return _refresh("between %s and %s", (first, last), lock_cars=True)


def refresh_model(model: str) -> int:
	"""Write the derived fields of all cars of a model anew, after its plan changed; safe to stop and to run again."""
	car, count = frappe.qb.DocType("C4S Vehicle"), 0
	for names in names_in_slices(frappe.qb.from_(car).where(car.model == model), car.name, BATCH):
		count += refresh(names)
		# Each batch stands for itself: nothing is held locked until the last one.
		commit()
	return count


def _refresh(which: str, values: tuple, locking: bool = False, lock_cars: bool = False) -> int:
	"""Of the cars whose name is `which` of the values, such as "in %s"."""
	changed = [(name, *fresh) for name, (fresh, stored) in _derived(which, values, locking, lock_cars).items() if fresh != stored]
	write_cars(COLUMNS, changed)
	return len(changed)


def _derived(which: str, values: tuple, locking: bool = False, lock_cars: bool = False) -> dict[str, tuple[tuple, tuple]]:
	cars = _read_cars(which, values, lock_cars)
	if not cars:
		return {}
	position = {name: number for number, name in enumerate(cars["name"])}
	read_on, readings = _read_readings(which, values, position, locking)
	done = _read_done(which, values, position)
	models = _models({model for model in cars["model"] if model})
	numbers = {model: number for number, model in enumerate(models)}
	found = maintenance_sets.forecast_many(
		maintenance_sets.Cars(
			started_on=_days(cars["started_on"]),
			first_seen_on=_days(cars["first_seen_on"]),
			is_with_customer=np.array([status in WITH_CUSTOMER for status in cars["status"]], dtype=bool),
			was_used_before=np.array([entered_as in USED_AT_ENTRY for entered_as in cars["entered_as"]], dtype=bool),
			usual_rate=np.array([models[model][1] if model in models else 0 for model in cars["model"]], dtype=float),
			plan=np.array([numbers.get(model, -1) for model in cars["model"]], dtype=np.int64),
		),
		[plan for plan, _rate in models.values()],
		readings,
		done,
	)
	next_on = [_iso(day) for day in found.next_on.tolist()]
	fresh = zip(
		*(found.odometer.tolist(), read_on, found.rate.tolist(), found.rate_basis, next_on),
		*(found.next_kilometres.tolist(), found.next_basis, found.next_items),
		strict=True,
	)
	stored = zip(*(cars[field] for field in FIELDS), strict=True)
	return dict(zip(cars["name"], zip(fresh, stored, strict=True), strict=True))


def _read_cars(which: str, values: tuple, locking: bool) -> dict[str, tuple]:
	"""Columns of the cars in order of their names; days as numbers and moments as text, because to decode a million of them takes longer than all else."""
	columns = {
		**{field: f"`{field}`" for field in ("name", "model", "entered_as")},
		"status": "coalesce(nullif(status, ''), entered_as)",
		"started_on": "to_days(least(coalesce(first_registered_on, delivered_on), coalesce(delivered_on, first_registered_on)))",
		"first_seen_on": "to_days(creation)",
		**{field: f"`{field}`" for field in FIELDS},
		"odometer": "coalesce(odometer, 0)",
		"odometer_read_on": "cast(odometer_read_on as char)",
		"kilometres_per_day": "coalesce(kilometres_per_day, 0) + 0e0",
		"next_service_on": "cast(next_service_on as char)",
		"next_service_km": "coalesce(next_service_km, 0)",
		**{field: f"nullif(`{field}`, '')" for field in ("kilometres_per_day_basis", "next_service_basis", "next_service_reason")},
	}
	rows = frappe.db.sql(f"select {', '.join(columns.values())} from `tabC4S Vehicle` where name {which} order by name {'for update' if locking else ''}", values)
	return dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else {}


def _read_readings(which: str, values: tuple, position: Mapping[str, int], locking: bool) -> tuple[list[str | None], maintenance_sets.Readings]:
	"""When each car was read last, and all readings: a row a car, since to fetch a row a reading takes ten times as long."""
	rows = frappe.db.sql(
		f"""select vehicle, cast(max(read_on) as char), count(*),
			group_concat(to_days(read_on), ',', kilometres, ',', is_reset, ',', coalesce(source_doctype = %s, 0)
				order by read_on, kilometres separator ',')
		from `tabC4S Odometer Reading` where vehicle {which} group by vehicle order by vehicle {"for update" if locking else ""}""",
		(WORKSHOP, *values),
	)
	# A reading may outlive its car.
	rows = sorted((position[row[0]], *row[1:]) for row in rows if row[0] in position)
	read_on: list[str | None] = [None] * len(position)
	for car, last, *_rest in rows:
		read_on[car] = last
	figures = np.fromstring(",".join(row[3] for row in rows), dtype=np.int64, sep=",")
	days, kilometres, is_reset, in_workshop = figures.reshape(-1, 4).T
	car = np.repeat(np.array([row[0] for row in rows], dtype=np.int64), [row[2] for row in rows])
	return read_on, maintenance_sets.Readings(car, days - DAYS_BEFORE, kilometres, is_reset > 0, in_workshop > 0)


def _read_done(which: str, values: tuple, position: Mapping[str, int]) -> maintenance_sets.Done:
	rows = frappe.db.sql(
		f"select parent, item, to_days(done_on), coalesce(kilometres, 0) from `tabC4S Maintenance Done` where parent {which} and parenttype = 'C4S Vehicle'",
		values,
	)
	rows = [row for row in rows if row[0] in position]
	car, item, on, kilometres = zip(*rows, strict=True) if rows else ((), (), (), ())
	return maintenance_sets.Done(
		np.array([position[name] for name in car], dtype=np.int64), np.array(item, dtype=object), _days(on), np.array(kilometres, dtype=np.int64)
	)


def _readings_of(vehicle: str) -> list:
	return frappe.get_all(
		"C4S Odometer Reading",
		filters={"vehicle": vehicle},
		fields=["read_on", "kilometres", "is_reset", "source_doctype"],
		order_by="read_on, kilometres",
	)


def _models(names: Iterable[str | None]) -> dict[str, tuple[Sequence[PlanItem], float]]:
	"""Plan of each model, and the km a day of its cars: as entered, else as measured, 0 where nobody knows."""
	plans = plans_of(names)
	if not plans:
		return {}
	rates = frappe.get_all("C4S Vehicle Model", {"name": ["in", list(plans)]}, ["name", "usual_km_per_day", "measured_km_per_day"])
	usual = {row.name: row.usual_km_per_day or row.measured_km_per_day or 0 for row in rates}
	return {name: (plan, usual.get(name, 0)) for name, plan in plans.items()}


def _days(days: Iterable[Any]) -> np.ndarray:
	"""MariaDB's numbers of days as ordinals, 0 where there is none."""
	return np.array([day - DAYS_BEFORE if day else 0 for day in days], dtype=np.int64)


def _iso(ordinal: int) -> str | None:
	return date.fromordinal(ordinal).isoformat() if ordinal else None
