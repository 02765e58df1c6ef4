import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, get_datetime

from crm4s.crm4s.report.c4s_response_times.c4s_response_times import execute
from crm4s.dispatch.tests.factories import make_order, make_store, make_team
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestResponseTimes(FrappeTestCase):
	"""A store in 2001, a year in which nobody else was called."""

	def setUp(self):
		self.store = make_store("RESPONSE-1")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def order(self, sent: int | None = None, there: int | None = None, ended: int | None = None, status: str = "Solved", day: str = "2001-02-05", **values):
		"""Called at eight; sent, there and ended so many minutes later."""
		order = make_order(values.pop("store", self.store), called_on=f"{day} 08:00:00", **values)
		stamps = {"dispatched_on": sent, "arrived_on": there, "ended_on": ended}
		moments = {field: add_to_date(get_datetime(f"{day} 08:00:00"), minutes=minutes) for field, minutes in stamps.items() if minutes is not None}
		frappe.db.set_value(order.doctype, order.name, {"status": status, **moments})
		return order

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, "dealership": self.store, **filters})[1]

	def test_median_and_nine_of_ten_of_each_step(self):
		"""There after 20, 30, 60: median 30, 9 of 10 below 30 + 0.8 × 30 = 54. Sent after 2, 4, 10: 4, 8.8. On site 10, 20, 30: 20, 28."""
		self.order(2, 20, 30)
		self.order(4, 30, 50)
		self.order(10, 60, 90)
		(row,) = self.rows()
		self.assertEqual(("2001-02", 3), (row["key"], row["orders"]))
		self.assertEqual([4, 30, 20], [row[f"{step}_median"] for step in ("dispatch", "arrival", "on_site")])
		self.assertEqual([9, 54, 28], [row[f"{step}_p90"] for step in ("dispatch", "arrival", "on_site")])

	def test_the_standard_is_kept_to_the_minute_and_what_nobody_reached_does_not_count(self):
		# A flat battery has 40 minutes.
		self.order(2, 40, 60)
		self.order(2, 41, 60, status="Towed")
		self.order(2, status="Cancelled", ended=10)
		(row,) = self.rows()
		self.assertEqual((50.0, 50.0, 1, 1, 1), tuple(row[name] for name in ("in_time_percent", "solved_percent", "solved", "towed", "cancelled")))

	def test_by_store_trouble_team_and_month(self):
		team = make_team(self.store).name
		first = self.order(2, 20, 30)
		frappe.db.set_value(first.doctype, first.name, "team", team)
		self.order(2, 40, 60, day="2001-03-01", trouble="Accident")
		self.assertEqual([("2001-02", 20), ("2001-03", 40)], [(row["key"], row["arrival_median"]) for row in self.rows()])
		self.assertEqual([(self.store, 30)], [(row["key"], row["arrival_median"]) for row in self.rows(view="Store")])
		self.assertEqual({("Flat Battery", 20), ("Accident", 40)}, {(row["key"], row["arrival_median"]) for row in self.rows(view="Trouble")})
		self.assertEqual({(team, 20), ("", 40)}, {(row["key"], row["arrival_median"]) for row in self.rows(view="Team")})
		self.assertEqual([40], [row["arrival_median"] for row in self.rows(trouble="Accident")])
		self.assertEqual([], self.rows(kind="Home Service"))

	def test_the_chart_names_teams_and_the_summary_is_about_all(self):
		team = make_team(self.store, "夜间救援").name
		order = self.order(2, 20, 30)
		frappe.db.set_value(order.doctype, order.name, "team", team)
		_columns, _rows, _message, chart, summary = execute({**YEAR, "dealership": self.store, "view": "Team"})
		self.assertEqual(["夜间救援"], chart["data"]["labels"])
		self.assertEqual([[2], [20], [10]], [series["values"] for series in chart["data"]["datasets"]])
		self.assertEqual([1, 20, 100.0, 100.0], [figure["value"] for figure in summary])

	def test_it_reads_as_many_queries_for_many_orders_as_for_one(self):
		self.order(2, 20, 30)
		with counted_queries() as one:
			self.rows()
		for _number in range(4):
			self.order(2, 20, 30)
		with counted_queries() as many:
			self.rows()
		self.assertEqual(len(one), len(many))

	def test_a_store_s_user_counts_the_own_store_only_and_technicians_may_not_run_it(self):
		self.order(2, 20, 30)
		other = make_store("RESPONSE-2")
		with as_user(make_user("Dealer Manager", [other])):
			self.assertEqual([], self.rows(dealership=None))
			self.assertEqual([], self.rows())
		with as_user(make_user("Dealer Manager", [self.store])):
			self.assertEqual(1, len(self.rows(dealership=None)))
		with as_user(make_user("Technician", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Response Times", {})
		self.assertRaises(frappe.ValidationError, execute, {"view": "name; drop table"})
