"""The forecast of all cars: every night of those that something happened to, every week of all, and how far a model's cars usually drive.

A saved reading, car or plan writes its forecast at once; this is for what came another way, and for what was interrupted. Cars are
taken in the order of their names, a slice a transaction, which also notes how far the run has come: a run that was killed is continued
by the next one, and two at once write the same.
"""


import frappe
import numpy as np
from frappe.query_builder.functions import Coalesce
from frappe.utils import now

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.crm4s.doctype.c4s_vehicle.car_sets import changed_names
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import BATCH, refresh, refresh_range
from crm4s.rows.ranges import names_in_slices
from crm4s.rows.writer import lock_rows
from crm4s.runs import Progress, commit
from crm4s.value.mileage import FROM_READINGS
from crm4s.workflows.placing import end_of_batch

PROGRESS = Progress("crm4s_service_forecast")
CAR, MODEL, READING = "C4S Vehicle", "C4S Vehicle Model", "C4S Odometer Reading"
# Fewer say more about their drivers than about the model.
ENOUGH_CARS = 20


def recompute_changed() -> int:
	"""Every night: finish an interrupted run over all cars, or begin the first one; then those with new readings, changes or a changed model.

	Returns: how many were written.
	"""
	state = PROGRESS.state()
	count = recompute_all() if "after" in state or "since" not in state else 0
	since, until = PROGRESS.state()["since"], now()
	for names in changed_names(READING, since, until, BATCH):
		commit()
		# The first statement of the transaction: nobody's reading comes between what is read here and what is written.
		lock_rows(CAR, names)
		count += refresh(names)
		commit()
	PROGRESS.note(since=until)
	return count


def recompute_all() -> int:
	"""Every week all cars, after which the models are measured; how many were written."""
	state = PROGRESS.state()
	count, after, began = 0, state.get("after", ""), state.get("began", now())
	while last := end_of_batch(CAR, after, BATCH):
		commit()
		# The name after which the last slice ended lies in this one too, which costs nothing.
		count += refresh_range(after, last)
		PROGRESS.note(after=last, began=began)
		after = last
	count += measure_models()
	# What changed since it began is for the next night.
	PROGRESS.note(after=None, began=None, since=began)
	return count


def measure_models() -> int:
	"""Write how far the cars of each model drive in a day, the median to the kilometre, and forecast those anew that go by it.

	Returns: how many cars were written.
	"""
	measured = _medians()
	count = 0
	for model in frappe.get_all(MODEL, fields=["name", "measured_km_per_day", "usual_km_per_day"], order_by="name"):
		rate = measured.get(model.name, 0)
		if rate == (model.measured_km_per_day or 0):
			continue
		# Together with the cars that go by it, so that neither stands without the other.
		frappe.db.set_value(MODEL, model.name, "measured_km_per_day", rate, update_modified=False)
		if not model.usual_km_per_day:
			count += _refresh_those_that_follow(model.name)
		commit()
	return count


def _refresh_those_that_follow(model: str) -> int:
	"""Cars of the model that are not forecast from readings of their own."""
	car = frappe.qb.DocType(CAR)
	query = frappe.qb.from_(car).where((car.model == model) & (Coalesce(car.kilometres_per_day_basis, "") != FROM_READINGS))
	return sum(refresh(names) for names in names_in_slices(query, car.name, BATCH))


def _medians() -> dict[str, float]:
	car = frappe.qb.DocType(CAR)
	# Rates are tenths: a few hundred a model, however many cars it has.
	rows = (
		frappe.qb.from_(car)
		.select(car.model, car.kilometres_per_day, frappe.qb.functions("count", "*"))
		.where(car.status.isin(list(WITH_CUSTOMER)) & (car.kilometres_per_day_basis == FROM_READINGS) & car.model.isnotnull())
		.groupby(car.model, car.kilometres_per_day)
		.orderby(car.model, car.kilometres_per_day)
	).run()
	rates: dict[str, list[tuple[float, int]]] = {}
	for model, rate, count in rows:
		rates.setdefault(model, []).append((float(rate), count))
	return {model: _median(counted) for model, counted in rates.items() if sum(count for _rate, count in counted) >= ENOUGH_CARS}


def _median(counted: list[tuple[float, int]]) -> float:
	passed = np.cumsum([count for _rate, count in counted])
	return float(round(counted[int(np.searchsorted(2 * passed, passed[-1]))][0]))
