"""How far cars have drifted away from us: reads settled visits and plans, lets crm4s.value.churn say what follows, and writes the cars' stage.

The one writer of churn stage, its day, the day of the next stage, rhythm and last visit. One car or a million: always a few queries a batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import frappe
from frappe.utils import cint, flt, getdate, nowdate

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.crm4s.doctype.c4s_vehicle.car_sets import CAR, DAYS_BEFORE, plans_of, write_cars
from crm4s.rows.ranges import names_in_slices
from crm4s.settings import setting
from crm4s.value.churn import Stage, plan_interval, rhythm, standing
from crm4s.value.maintenance import PlanItem

VISIT, STAGE = "C4S Service Visit", "C4S Churn Stage"
# What the one writer writes, with what the database takes it for.
COLUMNS = {
	"churn_stage": "varchar(140)",
	"churn_stage_since": "date",
	"next_churn_stage_on": "date",
	"visit_rhythm_days": "int",
	"last_workshop_visit_on": "date",
}
FIELDS = tuple(COLUMNS)
NOTHING = (None, None, None, 0, None)


def stages() -> list[Stage]:
	"""From the mildest."""
	rows = frappe.get_all(STAGE, {"enabled": 1}, ["name", "from_factor", "least_months"], order_by="from_factor, least_months, name")
	return [Stage(row.name, flt(row.from_factor), cint(row.least_months)) for row in rows]


def churn_of_document(vehicle) -> dict:
	"""The derived fields of a car that is about to be saved."""
	days = [] if vehicle.is_new() else _visit_days(vehicle.name)
	is_ours = (vehicle.status or vehicle.entered_as) in WITH_CUSTOMER
	delivered_on = getdate(vehicle.delivered_on) if vehicle.delivered_on else None
	plans = plans_of([vehicle.model]) if is_ours else {}
	found = _Reader(stages(), plans).found(is_ours, vehicle.model, delivered_on, flt(vehicle.kilometres_per_day), days)
	return dict(zip(FIELDS, found, strict=True))


def refresh(names: Sequence[str]) -> int:
	"""Write the stage of these cars anew; how many changed."""
	return _refresh("in %s", (tuple(names),)) if names else 0


def derived(names: Sequence[str], rates: Mapping[str, float]) -> dict[str, tuple[tuple, tuple]]:
	"""By car, the FIELDS as they shall be and as they are: for who writes them together with others.

	Args:
		rates: km a day of cars of which they are about to be written.
	"""
	return _derived("in %s", (tuple(names),), rates) if names else {}


def refresh_range(first: str, last: str) -> int:
	"""The same for all cars whose names lie between these two, which stay locked meanwhile."""
	return _refresh("between %s and %s", (first, last), lock_cars=True)


class _Reader:
	"""What is alike for all cars of a batch."""

	def __init__(self, all_stages: Sequence[Stage], plans: dict[str, Sequence[PlanItem]]):
		self.stages, self.plans, self.today = all_stages, plans, getdate(nowdate())
		self.usual = flt(setting("usual_visit_interval_days"))

	def found(self, is_with_customer: bool, model: str | None, delivered_on: date | None, rate: float, days: Sequence[date]) -> tuple:
		"""The FIELDS of one car."""
		if not is_with_customer:
			return NOTHING
		last_visit = max(days, default=None)
		last_on = max((day for day in (last_visit, delivered_on) if day), default=None)
		if last_on is None:
			return NOTHING
		interval = rhythm(days, plan_interval(self.plans.get(model) or (), rate), self.usual)
		stands = standing(self.stages, last_on, interval, self.today)
		return stands.stage, stands.since, stands.next_on, interval, last_visit


def _refresh(which: str, values: tuple, lock_cars: bool = False) -> int:
	"""Of the cars whose name is `which` of the values, such as "in %s"."""
	changed = [(name, *fresh) for name, (fresh, stored) in _derived(which, values, {}, lock_cars).items() if fresh != stored]
	write_cars(COLUMNS, changed)
	return len(changed)


def _derived(which: str, values: tuple, rates: Mapping[str, float], lock_cars: bool = False) -> dict[str, tuple[tuple, tuple]]:
	cars = _read_cars(which, values, lock_cars)
	visited = _read_visits(which, values)
	reader = _Reader(stages(), plans_of({model for _name, model, *_rest in cars if model}))
	found = {}
	for name, model, status, delivered_on, rate, *stored in cars:
		days = [date.fromordinal(int(day) - DAYS_BEFORE) for day in visited.get(name, "").split(",") if day]
		found[name] = reader.found(status in WITH_CUSTOMER, model, delivered_on, rates.get(name, rate), days), tuple(stored)
	return found


def _read_cars(which: str, values: tuple, locking: bool) -> list[tuple]:
	"""Name, model, status, day of delivery and km a day, then the FIELDS."""
	return frappe.db.sql(
		f"""select name, model, coalesce(nullif(status, ''), entered_as) status, delivered_on, coalesce(kilometres_per_day, 0) + 0e0 kilometres_per_day,
			nullif(churn_stage, '') churn_stage, churn_stage_since, next_churn_stage_on, coalesce(visit_rhythm_days, 0) visit_rhythm_days,
			last_workshop_visit_on
		from `tab{CAR}` where name {which} order by name {'for update' if locking else ''}""",
		values,
	)


def _read_visits(which: str, values: tuple) -> dict[str, str]:
	"""Car → the days of its visits as numbers with commas: a row a car, since to fetch a row a visit takes ten times as long.

	For some hundred cars of a store that has few, the database would read every visit there is.
	"""
	return dict(
		frappe.db.sql(
			f"""select vehicle, group_concat(to_days(settled_on) separator ',') from `tab{VISIT}` force index (vehicle_returns)
			where vehicle {which} and status = 'Settled' and visit_kind = 'Workshop' and settled_on is not null group by vehicle""",
			values,
		)
	)


def _visit_days(vehicle: str) -> list[date]:
	filters = {"vehicle": vehicle, "status": "Settled", "visit_kind": "Workshop", "settled_on": ["is", "set"]}
	return [getdate(day) for day in frappe.get_all(VISIT, filters, pluck="settled_on", order_by=None)]


def names_due(today: date, size: int) -> Iterator[list[str]]:
	"""Cars that enter their next stage by that day, in slices; what is written takes them out of the answer."""
	car = frappe.qb.DocType(CAR)
	return names_in_slices(frappe.qb.from_(car).where(car.next_churn_stage_on <= today), car.name, size)
