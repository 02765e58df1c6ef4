import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_service_node_retention.c4s_service_node_retention import execute
from crm4s.returning.months import recompute
from crm4s.returning.tests.test_months import visit_rows
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31", "window": "6"}


class TestServiceNodeRetention(FrappeTestCase):
	"""Visits of 2001, a year in which nobody else has any."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("NODE-1").name, make_dealership("NODE-2").name
		cls.cars = [make_vehicle(delivered_on="2001-01-05", dealership=cls.one).name for _turn in range(3)]
		first, second, _never = cls.cars
		visit_rows(first, cls.one, "2001-05-10", "2001-08-10")
		visit_rows(second, cls.two, "2001-06-10")
		recompute()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	def nodes(self, **filters) -> list[tuple]:
		rows = execute({**YEAR, **filters})[1]
		return [(row["node"], row["cars"], row["came"], row["came_percent"]) for row in rows if row["cars"]]

	def test_each_node_tells_how_many_came_to_the_next(self):
		self.assertEqual([(0, 3, 2, 66.7), (1, 2, 1, 50.0), (2, 1, 0, 0.0)], self.nodes())
		self.assertEqual([(0, 3, 0, 0.0), (1, 2, 1, 50.0), (2, 1, 0, 0.0)], self.nodes(window="3"))
		self.assertEqual([(0, 3, 2, 66.7)], self.nodes(to_date="2001-01-31"))

	def test_stores_and_models_side_by_side(self):
		one, two = execute({**YEAR, "view": "Store"})[1]
		self.assertEqual((5, 66.7, 100.0), tuple(one[name] for name in ("cars", "node_0", "node_1")))
		self.assertEqual((1, None, 0.0), tuple(two[name] for name in ("cars", "node_0", "node_1")))
		self.assertEqual([6], [row["cars"] for row in execute({**YEAR, "view": "Model"})[1]])

	def test_the_cars_that_did_not_come(self):
		first, second, _never = self.cars
		cars = lambda **filters: [row["vehicle"] for row in execute({**YEAR, "view": "Cars", **filters})[1]]
		self.assertEqual([second], cars(node="1"))
		self.assertEqual([first], cars(node="2"))
		self.assertEqual([], cars(node="2", dealership=self.two))

	def test_a_store_s_user_sees_the_own_store_only(self):
		with as_user(make_user("Workshop Manager", [self.two])):
			self.assertEqual([(1, 1, 0, 0.0)], self.nodes())
			self.assertEqual([self.cars[1]], [row["vehicle"] for row in execute({**YEAR, "view": "Cars"})[1]])
			self.assertEqual([], self.nodes(dealership=self.one))
		with as_user(make_user("Technician", [self.two])), self.assertRaises(frappe.PermissionError):
			run("C4S Service Node Retention", {})
