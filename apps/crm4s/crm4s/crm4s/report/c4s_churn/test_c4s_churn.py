from unittest.mock import patch

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.crm4s.report.c4s_churn.c4s_churn import execute
from crm4s.returning.months import recompute
from crm4s.returning.tests.test_months import visit_rows
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestChurn(FrappeTestCase):
	"""Visits of 2001, a year in which nobody else has any."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region = make_dealership("CHURN-REGION", node_kind="Region").name
		cls.one, cls.two = make_dealership("CHURN-1", parent=cls.region).name, make_dealership("CHURN-2").name
		cls.cars = [make_vehicle() for _turn in range(4)]
		kept, late, gone, other = (car.name for car in cls.cars)
		visit_rows(kept, cls.one, "2001-01-10", "2001-07-31")
		visit_rows(late, cls.one, "2001-01-10", "2001-08-01")
		# Was in the other store last.
		visit_rows(gone, cls.one, "2001-01-10")
		visit_rows(gone, cls.two, "2001-01-11")
		visit_rows(other, cls.two, "2001-03-05")
		recompute()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def figures(self, **filters) -> list[tuple]:
		return [(row["label"], row["cars"], row["lost"], row["churn_percent"]) for row in self.rows(**filters)]

	def test_months_tell_who_was_here_half_a_year_before_and_not_since(self):
		self.assertEqual([("2001-07", 3, 2, 66.7), ("2001-09", 1, 1, 100.0)], self.figures())

	def test_another_window_looks_at_other_months(self):
		self.assertEqual([("2001-04", 3, 3), ("2001-06", 1, 1), ("2001-10", 1, 1), ("2001-11", 1, 1)], [row[:3] for row in self.figures(window="3")])

	def test_a_model_has_its_own_window(self):
		model = self.cars[0].model
		frappe.db.set_value("C4S Vehicle Model", model, "churn_window_months", "9")
		self.addCleanup(frappe.db.set_value, "C4S Vehicle Model", model, "churn_window_months", "")
		self.assertEqual([("2001-10", 3, 1, 33.3), ("2001-12", 1, 1, 100.0)], self.figures())
		self.assertEqual(2, len(self.rows(view="Cars")))

	def test_the_cars_lost_are_all_though_not_all_are_shown(self):
		with patch("crm4s.crm4s.report.c4s_churn.lost_cars.MOST", 1):
			self.assertEqual(1, len(self.rows(view="Cars")))
			_columns, _rows, _told, _drawn, (lost,) = execute({**YEAR, "view": "Cars"})
		self.assertEqual(3, lost["value"])

	def test_every_view_counts_the_same_cars_and_the_cars_are_those(self):
		for view in ("Month", "Store", "Model"):
			self.assertEqual((4, 3), tuple(sum(row[name] for row in self.rows(view=view)) for name in ("cars", "lost")), view)
		kept, late, gone, other = (car.name for car in self.cars)
		self.assertEqual([late, gone, other], [row["vehicle"] for row in self.rows(view="Cars")])
		self.assertEqual([gone, other], [row["vehicle"] for row in self.rows(view="Cars", dealership=self.two)])
		self.assertEqual([other], [row["vehicle"] for row in self.rows(view="Cars", from_date="2001-09-01", to_date="2001-09-30")])
		self.assertEqual([], self.rows(view="Cars", model=make_model("CHURN-OTHER").name))

	def test_cohorts_tell_how_many_came_again(self):
		january = self.rows(view="Month of Visit")[0]
		self.assertEqual((3, 0, 33.3, 66.7), tuple(january[name] for name in ("cars", "back_3", "back_6", "back_9")))

	def test_a_chosen_region_counts_the_stores_below_it(self):
		self.assertEqual([("2001-07", 2, 1, 50.0)], self.figures(dealership=self.region))

	def test_a_store_s_user_sees_the_own_store_only(self):
		with as_user(make_user("Dealer Manager", [self.one])):
			self.assertEqual([("2001-07", 2, 1, 50.0)], self.figures())
			self.assertEqual([self.cars[1].name], [row["vehicle"] for row in self.rows(view="Cars")])
			self.assertEqual(([], []), (self.rows(dealership=self.two), self.rows(view="Cars", dealership=self.two)))
		with as_user(make_user("Dealer Manager")):
			self.assertEqual(([], []), (self.rows(), self.rows(view="Cars")))

	def test_an_advisor_may_not_run_it(self):
		with as_user(make_user("Service Advisor", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Churn", {})
