"""Reads plan, readings and maintenance done of cars, lets crm4s.value.maintenance say what is due, and writes the cars' derived fields.

The one writer of odometer, km per day and next service. One car or a million: always a few queries a batch, none a car.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import frappe
from frappe.query_builder import Case
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.value.maintenance import Due, PlanItem, Point, Reading, distances_since_new, kilometres_per_day, next_due

FIELDS = (
	"odometer",
	"odometer_read_on",
	"kilometres_per_day",
	"next_service_on",
	"next_service_km",
	"next_service_basis",
	"next_service_reason",
)
READ = ("name", "model", "status", "entered_as", "first_registered_on", "delivered_on", "creation", *FIELDS)
PLAN = ("item", "first_km", "first_months", "every_km", "every_months")

BATCH = 1000
# A CASE is searched from its beginning for each row.
ROWS_OF_ONE_UPDATE = 200

# Whoever has the car in the workshop does what is due, unless it is noted otherwise.
WORKSHOP = "C4S Service Visit"
# These were somebody's car before we saw them.
USED_AT_ENTRY = ("In Use", "Traded In", "Used Stock")


def forecast(car: Mapping, plan: Sequence[PlanItem], readings: Sequence[Mapping], done: Iterable[Mapping]) -> dict:
	"""The derived fields of one car.

	Args:
		car: the fields READ.
		readings: read_on, kilometres, is_reset and source_doctype, in the order of read_on.
		done: item, done_on and kilometres.
	"""
	values: dict = dict.fromkeys(FIELDS)
	values.update(odometer=0, kilometres_per_day=0, next_service_km=0)
	points = distances_since_new([Reading(getdate(row.read_on), row.kilometres, bool(row.is_reset)) for row in readings])
	started_on = min((getdate(day) for day in (car.get("first_registered_on"), car.get("delivered_on")) if day), default=None)
	rate = kilometres_per_day(points, started_on)
	counted_before = 0
	if readings:
		latest = readings[-1]
		counted_before = points[-1].kilometres - latest.kilometres
		values.update(odometer=latest.kilometres, odometer_read_on=latest.read_on, kilometres_per_day=round(rate or 0, 1))
	if (car.get("status") or car.get("entered_as")) not in WITH_CUSTOMER:
		return values
	dues = next_due(
		plan,
		started_on,
		_last_done(done),
		_kept_until(car, started_on, readings, points),
		points[-1] if points else None,
		rate,
	)
	values.update(_next_service(dues, counted_before))
	return values


def forecast_of_document(vehicle) -> dict:
	"""The derived fields of a car that is about to be saved."""
	readings = [] if vehicle.is_new() else _readings([vehicle.name])[vehicle.name]
	plan = _plans([vehicle.model])[vehicle.model] if vehicle.model else []
	return forecast(vehicle.as_dict(), plan, readings, vehicle.maintenance_done)


def refresh(names: Sequence[str], locking: bool = False) -> int:
	"""Write the derived fields of these cars anew; return how many changed.

	Args:
		locking: wait for and see the readings that another transaction is writing; for the few cars of one request.
	"""
	if not names:
		return 0
	cars = frappe.get_all("C4S Vehicle", filters={"name": ["in", names]}, fields=list(READ), order_by=None)
	readings, done = _readings(names, locking), _done(names)
	plans = _plans({car.model for car in cars if car.model})
	changed = {}
	for car in cars:
		values = forecast(car, plans[car.model], readings[car.name], done[car.name])
		if any((values[field] or None) != (car[field] or None) for field in FIELDS):
			changed[car.name] = values
	for rows in _slices(list(changed.items()), ROWS_OF_ONE_UPDATE):
		_write(rows)
	return len(changed)


def refresh_model(model: str) -> int:
	"""Write the derived fields of all cars of a model anew, after its plan changed; safe to stop and to run again."""
	count, after = 0, ""
	while names := frappe.get_all(
		"C4S Vehicle", {"model": model, "name": [">", after]}, pluck="name", order_by="name", limit=BATCH
	):
		count += refresh(names)
		after = names[-1]
		if not frappe.flags.in_test:
			# Each batch stands for itself: nothing is held locked until the last one.
			frappe.db.commit()
	return count


def _kept_until(car: Mapping, started_on: date | None, readings: Sequence[Mapping], points: Sequence[Point]) -> Point:
	"""Up to where an item that nobody noted counts as done."""
	in_workshop = [point for row, point in zip(readings, points, strict=True) if row.source_doctype == WORKSHOP]
	if in_workshop:
		return in_workshop[-1]
	if started_on and car.get("entered_as") not in USED_AT_ENTRY:
		return Point(started_on, 0)
	return points[0] if points else Point(getdate(car.get("creation")), 0)


def _last_done(done: Iterable[Mapping]) -> dict[str, Point]:
	last: dict[str, Point] = {}
	for row in done:
		point = Point(getdate(row.done_on), row.kilometres or None)
		if row.item not in last or last[row.item].on < point.on:
			last[row.item] = point
	return last


def _next_service(dues: Sequence[Due], counted_before: int) -> dict:
	if not dues:
		return {}
	distances = [due.kilometres for due in dues if due.kilometres is not None]
	return {
		"next_service_on": dues[0].expected_on,
		# As the instrument will show it.
		"next_service_km": max(min(distances) - counted_before, 0) if distances else 0,
		"next_service_basis": dues[0].basis or "Distance",
		"next_service_reason": ", ".join(due.item for due in dues),
	}


def _readings(names: Iterable[str], locking: bool = False) -> Mapping[str, list]:
	reading = frappe.qb.DocType("C4S Odometer Reading")
	query = (
		frappe.qb.from_(reading)
		.select(reading.vehicle, reading.read_on, reading.kilometres, reading.is_reset, reading.source_doctype)
		.where(reading.vehicle.isin(list(names)))
		.orderby(reading.vehicle, reading.read_on, reading.kilometres)
	)
	return _by(query.for_update() if locking else query, "vehicle")


def _done(names: Iterable[str]) -> Mapping[str, list]:
	row = frappe.qb.DocType("C4S Maintenance Done")
	query = (
		frappe.qb.from_(row)
		.select(row.parent, row.item, row.done_on, row.kilometres)
		.where(row.parent.isin(list(names)) & (row.parenttype == "C4S Vehicle"))
	)
	return _by(query, "parent")


def _plans(models: Iterable[str]) -> Mapping[str, list[PlanItem]]:
	plans: dict[str, list[PlanItem]] = defaultdict(list)
	if not models:
		return plans
	rows = frappe.get_all(
		"C4S Maintenance Item",
		filters={"parent": ["in", list(models)], "parenttype": "C4S Vehicle Model"},
		fields=["parent", *PLAN],
		order_by="parent, idx",
	)
	for row in rows:
		plans[row.parent].append(PlanItem(*(row[field] or 0 for field in PLAN)))
	return plans


def _by(query, field: str) -> Mapping[str, list]:
	rows = defaultdict(list)
	for row in query.run(as_dict=True):
		rows[row[field]].append(row)
	return rows


def _write(rows: Sequence[tuple[str, dict]]) -> None:
	vehicle = frappe.qb.DocType("C4S Vehicle")
	query = frappe.qb.update(vehicle).where(vehicle.name.isin([name for name, _values in rows]))
	for field in FIELDS:
		choice = Case()
		for name, values in rows:
			choice = choice.when(vehicle.name == name, values[field])
		query = query.set(vehicle[field], choice)
	query.run()


def _slices(rows: Sequence, size: int) -> Iterator[Sequence]:
	for start in range(0, len(rows), size):
		yield rows[start : start + size]
