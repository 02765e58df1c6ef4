"""Many cars at once get what each gets by itself."""

from datetime import date, timedelta
from unittest import TestCase

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crm4s.value import maintenance_sets as sets
from crm4s.value.maintenance import Car, Forecast, PlanItem, forecast
from crm4s.value.mileage import Point, Reading

START = date(2018, 1, 31)
NAMES = ("机油机滤", "空气滤芯", "制动液", "火花塞")

days = st.integers(0, 3000).map(lambda number: START + timedelta(days=number))
distances = st.sampled_from((0, 5000, 7500, 10000, 40000)) | st.integers(0, 60000)
months = st.sampled_from((0, 6, 12, 24)) | st.integers(0, 60)
plans = st.lists(st.builds(PlanItem, st.sampled_from(NAMES), distances, months, distances, months), max_size=4, unique_by=lambda item: item.item)
cars = st.builds(
	Car,
	started_on=st.none() | days,
	first_seen_on=days,
	is_with_customer=st.integers(0, 5).map(bool),
	was_used_before=st.booleans(),
	usual_rate=st.just(0) | st.floats(0, 300, allow_nan=False),
)


@st.composite
def readings_of_a_car(draw):
	"""In the order of their days; now and then an instrument is replaced, or a figure runs back that nobody explained."""
	day, shown, readings = draw(days), 0, []
	for _ in range(draw(st.integers(0, 16))):
		day += timedelta(days=draw(st.sampled_from((0, 1, 13, 14, 60, 180, 731)) | st.integers(0, 900)))
		is_reset = draw(st.integers(0, 7)) == 0
		shown = draw(st.integers(0, 300)) if is_reset else max(0, shown + draw(st.integers(-50, 30000)))
		readings.append(Reading(day, shown, is_reset, draw(st.booleans())))
	return readings


done = st.lists(st.tuples(st.sampled_from((*NAMES, "别的")), st.builds(Point, days, st.none() | st.integers(1, 90000))), max_size=5)


@st.composite
def fleets(draw):
	known = draw(st.lists(plans, min_size=1, max_size=3))
	one = st.tuples(cars, st.integers(-1, len(known) - 1), readings_of_a_car(), done)
	return known, draw(st.lists(one, max_size=6))


def ordinal(day: date | None) -> int:
	return day.toordinal() if day else 0


def column(values, kind=np.int64) -> np.ndarray:
	return np.array(list(values), dtype=kind)


def all_at_once(known: list, fleet: list) -> list[Forecast]:
	cars = sets.Cars(
		column(ordinal(car.started_on) for car, *_ in fleet),
		column(ordinal(car.first_seen_on) for car, *_ in fleet),
		column((car.is_with_customer for car, *_ in fleet), bool),
		column((car.was_used_before for car, *_ in fleet), bool),
		column((car.usual_rate for car, *_ in fleet), float),
		column(plan for _car, plan, *_ in fleet),
	)
	read = [(number, row) for number, (_car, _plan, rows, _done) in enumerate(fleet) for row in rows]
	readings = sets.Readings(
		column(number for number, _ in read),
		column(row.on.toordinal() for _, row in read),
		column(row.kilometres for _, row in read),
		column((row.is_reset for _, row in read), bool),
		column((row.in_workshop for _, row in read), bool),
	)
	noted = [(number, item, point) for number, (*_, notes) in enumerate(fleet) for item, point in notes]
	done = sets.Done(
		column(number for number, *_ in noted),
		column((item for _, item, _ in noted), object),
		column(point.on.toordinal() for *_, point in noted),
		column(point.kilometres or 0 for *_, point in noted),
	)
	answer = sets.forecast_many(cars, known, readings, done)
	return [
		Forecast(
			int(answer.odometer[number]),
			float(answer.rate[number]),
			answer.rate_basis[number],
			date.fromordinal(answer.next_on[number]) if answer.next_on[number] else None,
			int(answer.next_kilometres[number]),
			answer.next_basis[number],
			tuple(answer.next_items[number].split(", ")) if answer.next_items[number] else (),
		)
		for number in range(len(fleet))
	]


class TestMaintenanceSets(TestCase):
	@settings(max_examples=200, deadline=None)
	@given(fleets())
	def test_many_cars_at_once_get_what_each_gets_by_itself(self, fleet):
		known, cars = fleet
		each = [forecast(car, known[plan] if plan >= 0 else [], rows, notes) for car, plan, rows, notes in cars]
		self.assertEqual(each, all_at_once(known, cars))

	def test_no_cars_at_all(self):
		self.assertEqual([], all_at_once([], []))
