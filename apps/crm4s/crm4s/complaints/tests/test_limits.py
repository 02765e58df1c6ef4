"""Pure: what the law counts of a car."""

import unittest
from datetime import date, datetime, timedelta

from crm4s.complaints.limits import DAYS, FINE, NEAR, REACHED, SAFETY_FAULT, SAME_FAULT, Car, Limit, Repair, days_of, standing

SOLD, NOW = date(2025, 1, 31), datetime(2026, 3, 2, 10)
CAR = Car(SOLD, "Petrol", "Home", 20_000)


def repair(day: int = 0, hours: float = 5, odometer: int | None = 10_000, faults: str = "异响", **values) -> Repair:
	begun = datetime(2025, 6, 1, 9) + timedelta(days=day)
	return Repair(begun, begun + timedelta(hours=hours), odometer, frozenset(faults.split("、")), **values)


def limit(counts: str = SAME_FAULT, most: int = 5, warn_from: int = 3, **values) -> Limit:
	return Limit(counts, most, warn_from, **{"within_months": 24, "within_km": 50_000, **values})


def counted(the_limit: Limit, *repairs: Repair, car: Car = CAR, now: datetime = NOW):
	found = standing(the_limit, car, repairs, now)
	return found and (found.counted, found.standing)


class TestCounting(unittest.TestCase):
	def test_it_warns_before_the_limit_and_says_when_it_is_reached(self):
		for number, said in ((0, FINE), (2, FINE), (3, NEAR), (4, NEAR), (5, REACHED), (6, REACHED)):
			self.assertEqual((number, said), counted(limit(), *[repair(day) for day in range(number)]))

	def test_the_fault_that_was_repaired_most_often_counts(self):
		found = standing(limit(), CAR, [repair(0, faults="漏油、异响"), repair(1, faults="异响"), repair(2, faults="黑屏")], NOW)
		self.assertEqual((2, "异响"), (found.counted, found.fault))

	def test_repairs_of_safety_faults_count_whatever_the_fault(self):
		grave = [repair(0, faults="制动", concerns_safety=True), repair(1, faults="转向", concerns_safety=True)]
		self.assertEqual((2, REACHED), counted(limit(SAFETY_FAULT, 2, 1), *grave, repair(2)))

	def test_a_repair_of_hours_is_a_day_and_begun_days_count(self):
		self.assertEqual([1, 1, 2], [days_of(repair(hours=hours), NOW) for hours in (2, 24, 25)])
		self.assertEqual((4, FINE), counted(limit(DAYS, 31, 20), repair(hours=2), repair(10, hours=49)))

	def test_a_car_in_the_workshop_spends_days_but_is_not_repaired_yet(self):
		stands = Repair(NOW - timedelta(days=21, hours=1), None, None, frozenset(["异响"]))
		self.assertEqual((22, NEAR), counted(limit(DAYS, 31, 20), stands))
		self.assertEqual((0, FINE), counted(limit(), stands))


class TestWindow(unittest.TestCase):
	def test_what_began_later_or_further_does_not_count(self):
		late, far, unread = repair(700), repair(1, odometer=50_001), repair(2, odometer=None)
		self.assertEqual((1, FINE), counted(limit(), late, far, unread))

	def test_when_the_time_is_over_only_what_was_reached_stays(self):
		later = datetime(2027, 2, 1)
		self.assertIsNone(counted(limit(), repair(), now=later))
		self.assertEqual((5, REACHED), counted(limit(), *[repair(day) for day in range(5)], now=later))
		self.assertIsNone(counted(limit(), repair(), car=Car(SOLD, "Petrol", "Home", 50_001)))

	def test_its_last_day_is_in_the_month_it_falls_in(self):
		found = standing(limit(within_months=1), CAR, [], datetime(2025, 2, 27))
		self.assertEqual(date(2025, 2, 28), found.until)

	def test_other_cars_and_cars_that_were_never_sold_have_no_limit(self):
		self.assertIsNone(counted(limit(energy_type="Battery Electric"), repair()))
		self.assertIsNone(counted(limit(usage="Commercial"), repair()))
		self.assertIsNone(counted(limit(), repair(), car=Car(None, "Petrol", "Home")))
