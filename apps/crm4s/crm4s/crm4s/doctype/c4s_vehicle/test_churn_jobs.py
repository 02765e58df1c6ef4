from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, now

from crm4s.crm4s.doctype.c4s_churn_stage.test_c4s_churn_stage import make_stage, only_stages
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import hours_ago, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle import churn_jobs, churn_stage, service_forecast
from crm4s.crm4s.doctype.c4s_vehicle.churn_jobs import PROGRESS, recompute, recompute_all
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import VehicleTestCase, make_vehicle
from crm4s.intake.facts import write_car_facts

CAR, VISIT = "C4S Vehicle", "C4S Service Visit"
DAYS = ("churn_stage", "churn_stage_since", "next_churn_stage_on", "visit_rhythm_days", "last_workshop_visit_on")


class ChurnTestCase(VehicleTestCase):
	def setUp(self):
		super().setUp()
		only_stages(("T-In Time", 0, 0), ("T-Late", 1.5, 3), ("T-Gone", 3, 12))
		PROGRESS.forget()
		PROGRESS.note(since=now(), measures=churn_jobs._measures())

	def car(self, *days_ago: int, **values) -> str:
		"""A car that was settled so many days ago, as the intake writes it."""
		name = make_vehicle(**values).name
		for days in days_ago:
			visit = make_service_visit(vehicle=name, arrived_on=hours_ago(24 * days + 2))
			frappe.db.set_value(VISIT, visit.name, {"status": "Settled", "settled_on": hours_ago(24 * days)}, update_modified=False)
		return name

	def facts(self, car: str) -> tuple:
		return frappe.db.get_value(CAR, car, DAYS)


class TestOneCar(ChurnTestCase):
	def test_the_stage_follows_from_the_cars_own_rhythm(self):
		car, today = self.car(700, 600, 500, 400, 200), getdate()
		churn_stage.refresh([car])
		last = add_days(today, -200)
		self.assertEqual(("T-Late", add_days(last, 150), frappe.utils.add_months(last, 12), 100, last), self.facts(car))

	def test_a_saved_car_says_the_same_as_the_set(self):
		car = self.car(300, 200, 100)
		churn_stage.refresh([car])
		before = self.facts(car)
		frappe.get_doc(CAR, car).save()
		self.assertEqual(before, self.facts(car))
		self.assertEqual(0, churn_stage.refresh([car]))

	def test_written_together_with_the_forecast_it_is_what_each_writes_by_itself(self):
		car = self.car(500, 300)
		for days, kilometres in ((500, 1_000), (400, 21_000), (300, 41_000)):
			reading = {"doctype": "C4S Odometer Reading", "vehicle": car, "read_on": hours_ago(24 * days), "kilometres": kilometres}
			frappe.get_doc(reading).db_insert()
		of_both = (*service_forecast.FIELDS, *churn_stage.FIELDS)
		service_forecast.refresh([car])
		churn_stage.refresh([car])
		apart = frappe.db.get_value(CAR, car, of_both)
		self.assertGreater(dict(zip(of_both, apart, strict=True))["kilometres_per_day"], 0)
		nothing = {field: 0 if isinstance(value, (int, float)) else None for field, value in zip(of_both, apart, strict=True)}
		frappe.db.set_value(CAR, car, nothing, update_modified=False)
		write_car_facts([car])
		self.assertEqual(apart, frappe.db.get_value(CAR, car, of_both))

	def test_of_a_car_that_was_not_driven_only_the_stage_is_written(self):
		car = self.car(500, 300)
		frappe.db.set_value(CAR, car, {"odometer": 7, "churn_stage": None}, update_modified=False)
		write_car_facts([car], driven=())
		self.assertEqual((7, "T-In Time"), frappe.db.get_value(CAR, car, ["odometer", "churn_stage"]))

	def test_only_settled_visits_to_the_workshop_count(self):
		car = self.car(500)
		for values in ({"visit_kind": "Rescue"}, {"status": "Open"}, {"status": "Cancelled"}):
			visit = make_service_visit(vehicle=car, arrived_on=hours_ago(50))
			frappe.db.set_value(VISIT, visit.name, {"status": "Settled", "settled_on": hours_ago(48), **values})
		churn_stage.refresh([car])
		self.assertEqual(add_days(getdate(), -500), self.facts(car)[4])

	def test_a_car_that_never_came_counts_from_its_delivery_and_one_of_the_dealership_has_no_stage(self):
		sold, of_ours = make_vehicle(delivered_on=add_days(getdate(), -2000)).name, make_vehicle(entered_as="In Stock", dealership=make_dealership("CHURN-1").name).name
		churn_stage.refresh([sold, of_ours])
		self.assertEqual(("T-Gone", None), (self.facts(sold)[0], self.facts(of_ours)[0]))


class TestEveryNight(ChurnTestCase):
	def test_a_car_enters_its_next_stage_on_the_day_that_was_foretold_and_no_other_car_is_read(self):
		due, other = self.car(700, 600, 500, 150), self.car(300, 200, 100)
		for name in (due, other):
			frappe.db.set_value(CAR, name, {"churn_stage": "T-In Time", "next_churn_stage_on": add_days(getdate(), 1)}, update_modified=False)
		frappe.db.set_value(CAR, due, "next_churn_stage_on", getdate(), update_modified=False)
		PROGRESS.note(since=str(add_days(getdate(), 1)))
		with patch.object(churn_jobs, "refresh", wraps=churn_stage.refresh) as read:
			recompute()
		self.assertEqual([due], [name for call in read.call_args_list for name in call.args[0]])
		self.assertEqual("T-Late", self.facts(due)[0])

	def test_what_came_another_way_is_found_by_the_visit(self):
		car = self.car()
		PROGRESS.note(since=now())
		visit = make_service_visit(vehicle=car, arrived_on=hours_ago(5))
		frappe.db.set_value(VISIT, visit.name, {"status": "Settled", "settled_on": hours_ago(1)})
		recompute()
		self.assertEqual("T-In Time", self.facts(car)[0])

	def test_after_a_change_of_the_stages_all_cars_are_looked_at(self):
		car = self.car(700, 600, 500, 400)
		churn_stage.refresh([car])
		self.assertEqual("T-Gone", self.facts(car)[0])
		make_stage("T-Gone", 3, 12, least_months=60)
		recompute()
		self.assertEqual("T-Late", self.facts(car)[0])

	def test_an_interrupted_run_goes_on_and_a_second_one_changes_nothing(self):
		cars = sorted(self.car(400) for _number in range(3))
		killed = iter([churn_stage.refresh_range])

		def once(first, last):
			return next(killed)(first, last)

		PROGRESS.forget()
		with patch.object(churn_jobs, "BATCH", 10_000), patch.object(churn_jobs, "end_of_batch", side_effect=[cars[0], cars[1]]), patch.object(churn_jobs, "refresh_range", once):
			self.assertRaises(RuntimeError, self.stopped)
		self.assertEqual([True, False, False], [bool(self.facts(name)[0]) for name in cars])
		recompute()
		self.assertEqual([True, True, True], [bool(self.facts(name)[0]) for name in cars])
		self.assertEqual(0, recompute_all())

	def stopped(self):
		try:
			recompute_all()
		except StopIteration as end:
			raise RuntimeError from end


class TestIndexes(ChurnTestCase):
	def test_the_day_of_the_next_stage_is_found_by_an_index(self):
		for field in ("next_churn_stage_on", "churn_stage_since", "churn_stage"):
			self.assertTrue(frappe.db.sql(f"show index from `tab{CAR}` where column_name = %s and seq_in_index = 1", field), field)
