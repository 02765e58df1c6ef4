from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now

from crm4s.crm4s.doctype.c4s_odometer_reading.test_c4s_odometer_reading import make_reading
from crm4s.crm4s.doctype.c4s_vehicle import forecast_jobs
from crm4s.crm4s.doctype.c4s_vehicle.forecast_jobs import PROGRESS, recompute_all, recompute_changed
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import VehicleTestCase, make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.at_once import at_once

READING = "C4S Odometer Reading"


class ForecastJobsTestCase(VehicleTestCase):
	def setUp(self):
		super().setUp()
		# Whatever this site's own runs have noted is none of ours, and its own cars are not either.
		make_model()
		PROGRESS.forget()
		PROGRESS.note(since=now(), after=self.last_of_site())

	def last_of_site(self) -> str:
		return frappe.db.get_value("C4S Vehicle", {}, "name", order_by="name desc") or ""

	def odometer(self, car) -> int:
		return frappe.db.get_value("C4S Vehicle", car.name, "odometer")

	def bring_another_way(self, car, kilometres: int = 8000) -> None:
		"""A reading that no document wrote, so that nobody computed anything from it."""
		row = {"doctype": READING, "vehicle": car.name, "read_on": "2025-03-01 10:00:00", "kilometres": kilometres}
		frappe.get_doc(row).db_insert()


class TestEveryNight(ForecastJobsTestCase):
	def setUp(self):
		super().setUp()
		# No run over all cars was interrupted.
		PROGRESS.note(after=None)

	def test_cars_with_readings_that_came_another_way_are_forecast(self):
		car, other = make_vehicle(), make_vehicle()
		frappe.db.set_value("C4S Vehicle", other.name, {"odometer": 1, "modified": "2020-01-01"}, update_modified=False)
		PROGRESS.note(since=now())
		self.bring_another_way(car)
		recompute_changed()
		self.assertEqual((8000, 1), (self.odometer(car), self.odometer(other)))

	def test_the_next_night_looks_at_what_came_since_only(self):
		recompute_changed()
		PROGRESS.note(since=now())
		car = make_vehicle()
		long_ago = {"odometer": 1, "modified": "2020-01-01"}
		frappe.db.set_value("C4S Vehicle", car.name, long_ago, update_modified=False)
		self.assertEqual((0, 1), (recompute_changed(), self.odometer(car)))

	def test_the_first_night_looks_at_all(self):
		car = make_vehicle()
		frappe.db.set_value("C4S Vehicle", car.name, {"odometer": 1, "modified": "2020-01-01"}, update_modified=False)
		PROGRESS.forget()
		recompute_changed()
		self.assertEqual(0, self.odometer(car))

	def test_cars_of_a_changed_model_are_forecast(self):
		car = make_vehicle()
		frappe.db.set_value("C4S Vehicle", car.name, {"odometer": 1, "modified": "2020-01-01"}, update_modified=False)
		PROGRESS.note(since=now())
		frappe.db.set_value("C4S Vehicle Model", "T-MODEL", {"modified": now()}, update_modified=False)
		self.assertEqual((1, 0), (recompute_changed(), self.odometer(car)))

	def test_more_cars_than_a_slice_holds_are_all_forecast(self):
		cars = [make_vehicle() for _ in range(5)]
		PROGRESS.note(since=now())
		for car in cars:
			self.bring_another_way(car)
		with patch.object(forecast_jobs, "BATCH", 2):
			recompute_changed()
		self.assertEqual([8000] * 5, [self.odometer(car) for car in cars])


class TestEveryWeek(ForecastJobsTestCase):
	def test_a_second_run_finds_nothing_to_write(self):
		before = self.last_of_site()
		self.bring_another_way(make_vehicle())
		PROGRESS.note(after=before)
		self.assertEqual(1, recompute_all())
		PROGRESS.note(after=before)
		self.assertEqual(0, recompute_all())

	def test_the_night_after_it_looks_at_what_came_since_it_began(self):
		recompute_all()
		self.assertEqual(0, recompute_changed())

	def test_a_run_that_was_killed_is_continued_where_it_was(self):
		cars = [make_vehicle() for _ in range(3)]
		for car in cars:
			self.bring_another_way(car)
		refresh_range, slices = forecast_jobs.refresh_range, []

		def until_second(first: str, last: str) -> int:
			slices.append(last)
			if last >= cars[1].name:
				raise KeyboardInterrupt
			return refresh_range(first, last)

		with patch.object(forecast_jobs, "BATCH", 1), patch.object(forecast_jobs, "refresh_range", until_second):
			self.assertRaises(KeyboardInterrupt, recompute_all)
			self.assertEqual([8000, 0, 0], [self.odometer(car) for car in cars])
		with patch.object(forecast_jobs, "BATCH", 1), patch.object(forecast_jobs, "refresh_range", lambda first, last: slices.append(last) or refresh_range(first, last)):
			slices.clear()
			recompute_changed()
		self.assertEqual([8000] * 3, [self.odometer(car) for car in cars])
		self.assertEqual(cars[1].name, slices[0])


class TestMeanwhile(FrappeTestCase):
	def setUp(self):
		# Of no store and no model, so that nothing else is left to take away.
		self.car = make_vehicle(model=None, model_description="样车")

	def tearDown(self):
		frappe.db.rollback()
		frappe.db.delete(READING, {"vehicle": self.car.name})
		frappe.get_doc("C4S Vehicle", self.car.name).delete()
		PROGRESS.forget()
		frappe.db.commit()

	def run_as_at_night(self):
		"""With a transaction for each slice, as the jobs have it outside of tests. Of two that wait for each other one ends, and the next night goes on."""
		frappe.flags.in_test = False
		try:
			recompute_all()
		except frappe.QueryDeadlockError:
			frappe.db.rollback()
			recompute_all()

	def test_a_reading_that_is_saved_meanwhile_is_not_lost(self):
		outcomes = at_once(self.run_as_at_night, lambda: make_reading(self.car, "2025-06-01", 12000).name, self.run_as_at_night)
		self.assertEqual([], [outcome for outcome in outcomes if isinstance(outcome, Exception)])
		self.assertEqual(12000, frappe.db.get_value("C4S Vehicle", self.car.name, "odometer"))


class TestMeasuredModels(ForecastJobsTestCase):
	def setUp(self):
		super().setUp()
		self.enough = patch.object(forecast_jobs, "ENOUGH_CARS", 3)
		self.enough.start()
		self.addCleanup(self.enough.stop)

	def read_evenly(self, car, rate: int) -> None:
		for day, month in ((0, 1), (31, 2), (59, 3)):
			make_reading(car, f"2025-0{month}-01", 1000 + rate * day)

	def rate(self, car) -> tuple:
		return frappe.db.get_value("C4S Vehicle", car.name, ["kilometres_per_day", "kilometres_per_day_basis"])

	def test_a_car_that_was_read_once_drives_like_the_others_of_its_model(self):
		for rate in (20, 30, 300):
			self.read_evenly(make_vehicle(first_registered_on=None), rate)
		new = make_vehicle()
		recompute_all()
		self.assertEqual(30, frappe.db.get_value("C4S Vehicle Model", "T-MODEL", "measured_km_per_day"))
		self.assertEqual((30.0, "Model"), self.rate(new))

	def test_what_somebody_entered_goes_before_what_was_measured(self):
		model = frappe.get_doc("C4S Vehicle Model", "T-MODEL")
		new = make_vehicle()
		model.usual_km_per_day = 42
		model.save()
		self.assertEqual((42.0, "Model"), self.rate(new))
		for rate in (20, 30, 40):
			self.read_evenly(make_vehicle(first_registered_on=None), rate)
		recompute_all()
		self.assertEqual((42.0, "Model"), self.rate(new))

	def test_two_cars_do_not_speak_for_their_model(self):
		for rate in (20, 30):
			self.read_evenly(make_vehicle(first_registered_on=None), rate)
		recompute_all()
		self.assertEqual(0, frappe.db.get_value("C4S Vehicle Model", "T-MODEL", "measured_km_per_day"))

	def test_a_form_that_was_open_meanwhile_does_not_bring_back_the_old_measure(self):
		model = frappe.get_doc("C4S Vehicle Model", "T-MODEL")
		frappe.db.set_value("C4S Vehicle Model", "T-MODEL", "measured_km_per_day", 33, update_modified=False)
		model.save()
		self.assertEqual(33, frappe.db.get_value("C4S Vehicle Model", "T-MODEL", "measured_km_per_day"))
