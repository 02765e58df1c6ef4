"""Rows of the stock log, for many cars at once; each writes the status of its car.

What C4SStockMovement does to one row is done here to a chunk, in the same words. `Cars` holds the cars of the chunk as the rows so far left
them; deals move their cars through it as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import escape_html, now_datetime

from crm4s.access.stores import stores_of
from crm4s.access.vehicles import VEHICLE, vehicle_condition
from crm4s.calendars.moments import not_before
from crm4s.crm4s.doctype.c4s_stock_movement.c4s_stock_movement import CLOCK_TOLERANCE_MINUTES
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import (
	ALLOCATED,
	ENTRY,
	HANDED_OVER,
	OFFERED,
	ORDERED,
	SCRAPPED,
	TRADE_IN,
	TRADED_IN,
	TRANSFERRED,
	WITH_CUSTOMER,
	movements_from,
	status_after,
)
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.vin import normalise_vin
from crm4s.intake import rules
from crm4s.intake.facts import write_car_facts
from crm4s.intake.plan import Intake, Plan
from crm4s.intake.records import KEY, Refused
from crm4s.intake.result import Outcome
from crm4s.intake.values import as_datetime
from crm4s.intake.vehicles import MODEL, MOVEMENT, OWNER, PARTY, suggested_warranty
from crm4s.rows.writer import Writes, lock_rows, read_rows

DERIVED = frozenset(("from_dealership", "from_status", "to_status"))
OF_A_CAR = (
	*("name", "vehicle_title", "vin", "plate_number", "model", "status", "dealership", "entered_as", "in_stock_since", "arrived_on"),
	*("delivered_on", "warranty_until", "warranty_km", "current_owner", "purchase_price", "total_cost"),
)


def take_in_stock(movements: pd.DataFrame, **options: Any) -> Outcome:
	"""Add rows to the stock log, each taking its car from one status to the next.

	Args:
		movements: columns are fields of C4S Stock Movement with an `external_key`; the vehicle may also be given as `vehicle_key` or
			`vehicle_vin`. They are taken in the order of their times, in whatever order they come.
		options: see `Intake`.
	"""
	order = _by_time(movements)
	outcome = StockIntake(movements.iloc[order], **options).run()
	results = dict(zip(order, outcome.results, strict=True))
	return Outcome([results[position] for position in range(len(movements))])


class StockIntake(Intake):
	doctype = MOVEMENT
	derived = DERIVED

	def check(self) -> None:
		rules.resolve(self.records, "vehicle_key", "vehicle")
		rules.resolve(self.records, "vehicle_vin", "vehicle", by="vin", read=normalise_vin)
		super().check()
		rules.keep_visible(self.records, "vehicle", vehicle_condition())

	def lock(self, rows: Sequence[dict]) -> None:
		lock_rows(VEHICLE, (row.get("vehicle") for row in rows))

	def prepare(self, plans: Sequence[Plan]) -> None:
		new = [plan.row["vehicle"] for plan in plans if plan.is_new]
		self.cars = Cars(new, locking=not self.dry_run)

	def complete(self, plan: Plan) -> None:
		if not plan.is_new:
			refuse_change_of_log(plan)
			return
		row = plan.row
		row["moved_on"] = plan.given.get("moved_on") or self.cars.now
		self.cars.refuse_other_store(row["vehicle"], row["movement"], row["to_dealership"])
		row.update(self.cars.move(row["vehicle"], row["movement"], row["moved_on"], row["to_dealership"]))

	def accompany(self, plans: Sequence[Plan], writes: Writes) -> dict[int, bool]:
		self.cars.write(writes)
		return {}

	def after(self, plans: Sequence[Plan]) -> None:
		self.cars.follow()


class Cars:
	"""Some cars with their place in the stock log. `move` changes them here, `write` writes what became of them."""

	def __init__(self, names: Iterable[str], locking: bool = True):
		"""
		Args:
			locking: nobody else moves them until the end of the transaction.
		"""
		names = sorted({name for name in names if name})
		self.cars = {row.name: row for row in read_rows(VEHICLE, "name", names, OF_A_CAR, locking=locking)}
		self.models = {
			row.name: row
			for row in read_rows(MODEL, "name", (car.model for car in self.cars.values()), ["name", "warranty_months", "warranty_km"])
		}
		self.groups = {row.name for row in read_rows("C4S Dealership", "is_group", [1], ["name"])}
		self.stores = stores_of()
		self.now = now_datetime()
		self.last_moved: dict[str, datetime] = {}
		self.before_allocation: dict[str, str | None] = {}
		columns = ["name", "vehicle", "movement", "moved_on", "creation", "from_status"]
		for row in sorted(read_rows(MOVEMENT, "vehicle", names, columns, locking=locking), key=lambda row: (row.moved_on, row.creation)):
			self._note(row.vehicle, row.movement, row.moved_on, row.from_status)
		self.changes: dict[str, dict] = {}
		self.owner_until: dict[str, Any] = {}

	def __getitem__(self, vehicle: str) -> dict:
		return self.cars[vehicle]

	def get(self, vehicle: str | None) -> dict | None:
		return self.cars.get(vehicle)

	def refuse_other_store(self, vehicle: str, movement: str, to_dealership: str | None) -> None:
		"""A store moves its own cars; a customer may trade in one that another store looks after."""
		car = self.cars[vehicle]
		store = (to_dealership or car.dealership) if movement == TRADE_IN else car.dealership
		if self.stores is not None and store not in self.stores:
			raise Refused("vehicle", _("{0} belongs to a store for which you do not work.").format(vehicle))

	def move(self, vehicle: str, movement: str, moved_on: datetime, to_dealership: str | None = None) -> dict:
		"""What a row of the log says of this movement; the car is then where it leads.

		Raises:
			Refused: the car cannot make it.
		"""
		car = self.cars[vehicle]
		to_dealership = to_dealership or car.dealership
		to_status = self._status_reached(car, movement)
		if to_status != ORDERED and not car.vin:
			raise Refused("vehicle", _("Enter the VIN of the car before it leaves the status Ordered."))
		self._refuse_impossible_place(car, movement, to_status, to_dealership)
		moved_on = self._possible_time(vehicle, moved_on)
		row = {
			**{"from_status": car.status or None, "to_status": to_status, "moved_on": moved_on},
			**{"from_dealership": car.dealership, "to_dealership": to_dealership},
		}
		self._note(vehicle, movement, moved_on, car.status)
		self._write_to_car(car, movement, row)
		return row

	def change(self, vehicle: str, values: Mapping[str, Any]) -> None:
		self.cars[vehicle].update(values)
		self.changes.setdefault(vehicle, {}).update(values)

	def write(self, writes: Writes) -> None:
		"""Add to `writes` what became of the cars."""
		for vehicle, values in self.changes.items():
			writes.update(VEHICLE, vehicle, values)
		for party in read_rows(PARTY, "parent", self.owner_until, ["name", "parent", "party_role", "valid_to"]):
			if party.party_role == OWNER and not party.valid_to:
				writes.update(PARTY, party.name, {"valid_to": self.owner_until[party.parent]})

	def follow(self) -> None:
		"""Facts of the cars that moved, after they were written."""
		write_car_facts(sorted(self.changes))

	def _note(self, vehicle: str, movement: str, moved_on: datetime, from_status: str | None) -> None:
		self.last_moved[vehicle] = moved_on
		if movement == ALLOCATED:
			self.before_allocation[vehicle] = from_status

	def _status_reached(self, car: Mapping, movement: str) -> str:
		before = self.before_allocation.get(car.name)
		if movement == ENTRY:
			to_status = None if car.status else car.entered_as
		else:
			to_status = status_after(movement, car.status, before)
		if not to_status:
			message = _("{0} is {1}; the movement {2} is not possible now. Possible are: {3}.").format(
				frappe.bold(escape_html(car.vehicle_title)),
				_(car.status) if car.status else _("without status"),
				_(movement),
				", ".join(_(possible) for possible in movements_from(car.status, before)) or _("none"),
			)
			raise Refused("movement", message)
		return to_status

	def _refuse_impossible_place(self, car: Mapping, movement: str, to_status: str, to_dealership: str | None) -> None:
		if movement == TRANSFERRED and to_dealership == car.dealership:
			raise Refused("to_dealership", _("To Dealership must be another one than that where the car stands."))
		if not to_dealership and to_status not in WITH_CUSTOMER:
			raise Refused("to_dealership", _("Enter in To Dealership where the car stands now."))
		if to_dealership in self.groups:
			raise Refused("to_dealership", _("A car stands at an outlet, not at a group or region."))

	def _possible_time(self, vehicle: str, moved_on: datetime) -> datetime:
		if moved_on > self.now + timedelta(minutes=CLOCK_TOLERANCE_MINUTES):
			raise Refused("moved_on", _("Moved On must not lie in the future."))
		latest = self.last_moved.get(vehicle)
		if not latest:
			return moved_on
		moved_on = not_before(moved_on, latest)
		if moved_on < latest:
			message = _("Moved On must not be before {0}, the time of the movement before.")
			raise Refused("moved_on", message.format(frappe.format(latest, "Datetime")))
		return moved_on

	def _write_to_car(self, car: dict, movement: str, row: Mapping) -> None:
		day, to_status = row["moved_on"].date(), row["to_status"]
		values = {"status": to_status, "dealership": row["to_dealership"]}
		if to_status in OFFERED and row["from_status"] != ALLOCATED and movement != TRANSFERRED:
			values["in_stock_since"] = day
		elif to_status in (*WITH_CUSTOMER, SCRAPPED, TRADED_IN):
			values["in_stock_since"] = None
		if movement == "Arrived" and not car.arrived_on:
			values["arrived_on"] = day
		if movement == TRADE_IN:
			values["current_owner"] = None
			self.owner_until[car.name] = day
		if movement in HANDED_OVER:
			values["delivered_on"] = day
			values |= suggested_warranty({**car, **values}, self.models.get(car.model))
		self.change(car.name, values)


def refuse_change_of_log(plan: Plan) -> None:
	"""The same row again says nothing new; another one under its key would rewrite what happened."""
	for field in ("vehicle", "movement", "moved_on", "to_dealership"):
		given = plan.given.get(field)
		if given is not None and _as_entered(given) != _as_entered(plan.stored[field]):
			raise Refused(KEY, _("{0} is a log; its rows cannot be changed.").format(_(MOVEMENT)))
	plan.row.update({column: plan.stored[column] for column in plan.row})


def _as_entered(value: Any) -> Any:
	"""Times to the minute, as a movement in the minute of the one before takes its time."""
	return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _by_time(movements: pd.DataFrame) -> list[int]:
	"""Positions in the order of their times; what has none, or none that can be read, comes last."""
	times = []
	for value in movements["moved_on"] if "moved_on" in movements else [None] * len(movements):
		try:
			times.append(as_datetime(value))
		except Problem:
			times.append(datetime.max)
	return sorted(range(len(times)), key=times.__getitem__)
