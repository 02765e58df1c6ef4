import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_service_step_times.c4s_service_step_times import execute
from crm4s.tests.people import as_user, make_user
from crm4s.workflows.events import states_waiting

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}
STEPS = ("waiting", "repair", "stay")


class TestServiceStepTimes(FrappeTestCase):
	"""A store in 2001, a year in which nobody else has visits."""

	def setUp(self):
		self.store = make_dealership("STEPS-1").name
		self.customer, self.vehicle = make_customer().name, make_vehicle().name
		self.repair = min(states_waiting("C4S Service Visit", "Work Started"))

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def visit(self, waiting: int, *repairs: int, stay: int, promised: int | None = None, day: str = "2001-02-05", **values):
		"""Settled `stay` minutes after eight; the repair began after `waiting` minutes and took the minutes of `repairs`, with an hour between."""
		visit = make_service_visit(
			dealership=self.store, customer=self.customer, vehicle=self.vehicle, status="Settled", items=[item()],
			arrived_on=clock(day, 0), settled_on=clock(day, stay), promised_on=promised and clock(day, promised), **values,
		)
		frappe.db.delete("C4S State Passage", {"document_name": visit.name})
		begins = waiting
		for minutes in repairs:
			self.passage(visit, self.repair, day, begins, minutes)
			begins += minutes + 60
		self.passage(visit, "Settlement", day, begins, 500)
		return visit

	def passage(self, visit, state: str, day: str, begins: int, minutes: int):
		frappe.get_doc(
			{
				"doctype": "C4S State Passage", "document_type": visit.doctype, "document_name": visit.name, "dealership": self.store,
				"state": state, "entered_on": clock(day, begins), "left_on": clock(day, begins + minutes), "seconds": minutes * 60,
			}
		).insert()

	def test_what_a_reader_types_is_never_a_query(self):
		self.visit(10, 60, stay=120)
		chosen = "\\' union select version(), 1, 1, 1, 1, 1) as found -- "
		self.assertEqual([], execute({**YEAR, "service_advisor": chosen})[1])

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, "dealership": self.store, **filters})[1]

	def test_median_and_nine_of_ten_of_each_step(self):
		"""Waiting 10, 20, 60: median 20, and 9 of 10 lie below 20 + 0.8 × 40 = 52. Repair 30, 50, 30 + 40: median 50, 66. Stay 100, 200, 400: 200, 360."""
		self.visit(10, 30, stay=100)
		self.visit(20, 50, stay=200)
		self.visit(60, 30, 40, stay=400)
		(row,) = self.rows()
		self.assertEqual([20, 50, 200], [row[f"{step}_median"] for step in STEPS])
		self.assertEqual([52, 66, 360], [row[f"{step}_p90"] for step in STEPS])
		self.assertEqual(("2001-02", 3), (row["label"], row["visits"]))

	def test_a_promise_is_kept_to_the_minute_and_counts_where_one_was_given(self):
		self.visit(10, 30, stay=100, promised=100)
		self.visit(10, 30, stay=101, promised=100)
		self.visit(10, 30, stay=90, promised=100)
		self.visit(10, 30, stay=500)
		(row,) = self.rows()
		self.assertEqual((4, 3, 66.7), (row["visits"], row["promised"], row["kept_percent"]))

	def test_a_visit_without_repair_counts_in_the_stay_only(self):
		self.visit(0, stay=40)
		(row,) = self.rows()
		self.assertEqual((None, None, 40, None), (row["waiting_median"], row["repair_median"], row["stay_median"], row["kept_percent"]))

	def test_by_store_advisor_kind_and_month(self):
		advisor = make_user("Service Advisor", [self.store])
		self.visit(10, 30, stay=100, service_advisor=advisor)
		self.visit(10, 30, stay=300, day="2001-03-01", visit_kind="Rescue")
		self.assertEqual([("2001-02", 100), ("2001-03", 300)], [(row["label"], row["stay_median"]) for row in self.rows()])
		self.assertEqual([(self.store, 200)], [(row["key"], row["stay_median"]) for row in self.rows(view="Store")])
		self.assertEqual({("Workshop", 100), ("Rescue", 300)}, {(row["key"], row["stay_median"]) for row in self.rows(view="Visit Kind")})
		self.assertEqual([100], [row["stay_median"] for row in self.rows(view="Service Advisor", service_advisor=advisor)])
		self.assertEqual([300], [row["stay_median"] for row in self.rows(visit_kind="Rescue")])

	def test_the_summary_and_the_chart_are_about_all_of_them(self):
		self.visit(10, 30, stay=100, promised=120)
		self.visit(10, 30, stay=200, day="2001-03-01")
		_columns, _rows, _message, chart, summary = execute({**YEAR, "dealership": self.store})
		self.assertEqual([2, 150, 190, 100.0], [figure["value"] for figure in summary])
		self.assertEqual(["2001-02", "2001-03"], chart["data"]["labels"])
		self.assertEqual([[10, 10], [30, 30], [100, 200]], [series["values"] for series in chart["data"]["datasets"]])

	def test_it_reads_as_many_queries_for_many_visits_as_for_one(self):
		self.visit(10, 30, stay=100)
		before = self.queries()
		for _number in range(5):
			self.visit(10, 30, stay=100)
		self.assertEqual(before, self.queries())

	def queries(self) -> int:
		count, plain = [0], frappe.db.sql

		def counting(*args, **kwargs):
			count[0] += 1
			return plain(*args, **kwargs)

		frappe.db.sql = counting
		try:
			self.rows()
		finally:
			frappe.db.sql = plain
		return count[0]

	def test_a_store_s_user_counts_the_own_store_only(self):
		self.visit(10, 30, stay=100)
		other = make_dealership("STEPS-2").name
		with as_user(make_user("Dealer Manager", [other])):
			self.assertEqual([], self.rows())
			self.assertEqual([], self.rows(dealership=None))
		with as_user(make_user("Dealer Manager", [self.store])):
			self.assertEqual(1, len(self.rows(dealership=None)))

	def test_a_technician_may_not_run_the_report_and_a_view_that_is_none_is_refused(self):
		with as_user(make_user("Technician", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Service Step Times", {})
		self.assertRaises(frappe.ValidationError, execute, {"view": "name; drop table"})


def clock(day: str, minutes: int):
	return frappe.utils.add_to_date(frappe.utils.get_datetime(f"{day} 08:00:00"), minutes=minutes)
