import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_service_volume.c4s_service_volume import execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestServiceVolume(FrappeTestCase):
	"""Two stores of a region in 2001, a year in which nobody else has visits."""

	def setUp(self):
		self.region = make_dealership("VOLUME-REGION", node_kind="Region").name
		self.one = make_dealership("VOLUME-1", parent=self.region).name
		self.two = make_dealership("VOLUME-2").name
		self.customer, self.vehicle = make_customer().name, make_vehicle().name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def settled(self, day: str, amount: float = 100, **overrides):
		values = {
			"dealership": self.one,
			"customer": self.customer,
			"vehicle": self.vehicle,
			"arrived_on": f"{day} 08:00:00",
			"settled_on": f"{day} 23:59:59",
			"status": "Settled",
			"items": [item(unit_price=amount)],
		}
		return make_service_visit(**{**values, **overrides})

	def rows(self, **filters) -> list[tuple]:
		filters = {"from_date": "2001-01-01", "to_date": "2001-12-31", **filters}
		rows = [row for row in execute(filters)[1] if row["visits"]]
		return [(row["key"] if filters.get("view") in ("Store", "Region", "Model") else row["label"], row["visits"], row["amount_per_visit"]) for row in rows]

	def summary(self, **filters) -> list:
		return [figure["value"] for figure in execute({"from_date": "2001-01-01", "to_date": "2001-12-31", **filters})[4]]

	def test_months_show_settled_visits_and_the_amount_of_each(self):
		self.settled("2001-02-01", 100)
		self.settled("2001-02-28", 50)
		self.settled("2001-03-01", 30)
		self.settled("2001-02-02", status="Open", settled_on=None)
		self.assertEqual([("2001-02", 2, 75.0), ("2001-03", 1, 30.0)], self.rows())

	def test_every_month_of_the_time_is_shown_also_without_visits(self):
		self.assertEqual(12, len(execute({"from_date": "2001-01-01", "to_date": "2001-12-31"})[1]))

	def test_the_last_day_of_the_time_counts_to_its_end(self):
		self.settled("2001-02-28")
		self.assertEqual([], self.rows(to_date="2001-02-27"))
		self.assertEqual(1, len(self.rows(to_date="2001-02-28")))

	def test_ten_day_periods_end_with_the_10th_and_the_20th(self):
		for day in ("10", "11", "20", "21", "31"):
			self.settled(f"2001-01-{day}")
		self.assertEqual(
			[("2001-01 First Ten Days", 1, 100.0), ("2001-01 Middle Ten Days", 2, 100.0), ("2001-01 Last Days", 2, 100.0)],
			self.rows(view="Ten-Day Period"),
		)

	def test_a_customer_who_came_twice_is_one_customer(self):
		self.settled("2001-01-05")
		self.settled("2001-02-05")
		self.assertEqual([2, 1, 200.0, 100.0], self.summary())

	def test_visits_by_kind_model_and_store(self):
		self.settled("2001-01-05")
		self.settled("2001-01-05", visit_kind="Rescue", dealership=self.two)
		self.assertEqual({("Workshop", 1, 100.0), ("Rescue", 1, 100.0)}, set(self.rows(view="Visit Kind")))
		model = frappe.db.get_value("C4S Vehicle", self.vehicle, "model") or ""
		self.assertEqual([(model, 2, 100.0)], self.rows(view="Model"))
		self.assertEqual([("Private", 2, 100.0)], self.rows(view="Customer Kind"))
		self.assertEqual([(self.one, 1, 100.0)], self.rows(view="Store", visit_kind="Workshop"))

	def test_two_views_are_crossed_and_the_cells_open_their_visits(self):
		self.settled("2001-01-05", 100)
		self.settled("2001-02-05", 300)
		self.settled("2001-02-06", 200, visit_kind="Rescue")
		self.settled("2001-02-06", 200, visit_kind="Rescue", dealership=self.two)
		filters = {"from_date": "2001-01-01", "to_date": "2001-12-31", "view": "Store", "across": "Month"}
		columns, rows, *_ = execute(filters)
		self.assertEqual(["2001-01", "2001-02"], [column["label"] for column in columns[2:]])
		self.assertEqual([(self.one, 3, 1, 2), (self.two, 1, None, 1)], [(row["key"], row["total"], row["cell_0"], row["cell_1"]) for row in rows])
		self.assertEqual((["2001-02-01", "2001-02-28"], {"status": "Settled"}, {"dealership": self.one}), (columns[3]["span"], columns[3]["only"], rows[0]["behind"]))
		per_visit = execute({**filters, "measure": "Amount per Visit", "visit_kind": "Rescue"})[1]
		self.assertEqual({200.0}, {row["cell_0"] for row in per_visit})
		by_kind = execute({**filters, "across": "Visit Kind", "dealership": self.region})[1]
		self.assertEqual([(2, 1)], [(row["cell_0"], row["cell_1"]) for row in by_kind])

	def test_regions_and_customers_are_crossed_as_well(self):
		self.settled("2001-01-05")
		self.assertEqual([(self.region, 1, 100.0)], self.rows(view="Region"))
		(row,) = execute({"from_date": "2001-01-01", "to_date": "2001-12-31", "view": "Region", "across": "Customer Kind"})[1]
		self.assertEqual((self.region, 1), (row["key"], row["cell_0"]))

	def test_what_is_crossed_must_differ(self):
		with self.assertRaisesRegex(frappe.ValidationError, "two different things"):
			execute({"view": "Store", "across": "Store"})

	def test_a_chosen_region_counts_the_stores_below_it(self):
		self.settled("2001-01-05")
		self.settled("2001-01-05", dealership=self.two)
		self.assertEqual([(self.one, 1, 100.0)], self.rows(view="Store", dealership=self.region))

	def test_a_store_s_user_counts_the_own_store_only(self):
		self.settled("2001-01-05")
		self.settled("2001-01-05", dealership=self.two)
		with as_user(make_user("Dealer Manager", [self.one])):
			self.assertEqual([(self.one, 1, 100.0)], self.rows(view="Store"))
			self.assertEqual(1, self.summary()[0])
			self.assertEqual([], self.rows(view="Store", dealership=self.two))
		with as_user(make_user("Dealer Manager")):
			self.assertEqual([], self.rows(view="Store"))

	def test_a_user_of_a_region_counts_the_stores_below_it(self):
		self.settled("2001-01-05")
		with as_user(make_user("Dealer Manager", [self.region])):
			self.assertEqual([(self.one, 1, 100.0)], self.rows(view="Store"))

	def test_a_technician_may_not_run_the_report(self):
		with as_user(make_user("Technician", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Service Volume", {})

	def test_a_view_that_is_none_is_refused(self):
		self.assertRaises(frappe.ValidationError, execute, {"view": "name; drop table"})
