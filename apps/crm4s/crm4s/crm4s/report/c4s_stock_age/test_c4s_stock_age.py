from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.masked_twins import leaving_as_file
from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestStockAge(StoreReportTests, FrappeTestCase):
	# Who may not know what a car cost may not run it.
	report, column, role, refused = "C4S Stock Age", "cars", "Sales Manager", "CRM Manager"
	filters: dict = {}

	def make(self, store: str) -> None:
		self.car(dealership=store)

	def car(self, days: int = 0, cost: float = 100_000, **overrides) -> str:
		values = {"dealership": self.one, "status": "In Stock", "in_stock_since": add_days(nowdate(), -days), "purchase_price": cost}
		return row("C4S Vehicle", **{**values, **overrides})

	def total(self, **filters) -> int:
		return super().total(**{"view": "Store", **filters})

	def test_bands_end_with_their_last_day_and_their_numbers_open_these_cars(self):
		for days in (0, 30, 31, 181):
			self.car(days)
		self.car(500, status="Delivered")
		answer = self.answer(dealership=self.one)
		rows = [row for row in answer["result"] if isinstance(row, dict)]
		self.assertEqual([("0 to 30 days", 2), ("31 to 60 days", 1), ("More than 180 days", 1)], [(row["label"], row["cars"]) for row in rows])
		self.assertEqual([str(add_days(nowdate(), -30)), nowdate()], rows[0]["span"])
		self.assertEqual(["C4S Vehicle", "in_stock_since"], [answer["columns"][1][name] for name in ("opens", "moment")])

	def test_a_car_that_is_in_no_stock_list_yet_is_found_by_its_name(self):
		taken = self.car(status="Traded In", in_stock_since=None, bought_on=add_days(nowdate(), -3))
		(found,) = self.rows(dealership=self.one)
		self.assertEqual((3, {"name": ["in", [taken]]}, None), (found["oldest_days"], found["behind"], found["span"]))

	def test_money_bound_is_the_purchase_with_the_reconditioning(self):
		self.car(cost=100_000)
		self.car(100, cost=50_000, status="Used Stock", total_cost=56_000.5)
		self.car(5, cost=80_000, status="Allocated")
		(found,) = self.rows(view="Store", dealership=self.one)
		expected = {"cars": 3, "bound": 236_000.5, "allocated": 1, "mean_days": 35, "oldest_days": 100, "old": 1, "old_percent": 33.3}
		self.assertEqual(expected, {name: found[name] for name in expected})
		self.assertEqual({"New Car": 2, "Used Car": 1}, {row["label"]: row["cars"] for row in self.rows(view="New or Used", dealership=self.one)})
		self.assertEqual(1, self.total(dealership=self.one, kind="Used Car"))

	def test_the_title_says_the_plate_in_full_to_whoever_may_know_it_and_in_no_file(self):
		self.car(5, plate_number="沪A12345", vehicle_title="沪A***45 · T 轿车")
		ask = {"view": "Vehicle", "dealership": self.one}
		self.assertEqual("沪A12345 · T 轿车", self.rows(**ask)[0]["vehicle_title"])
		with leaving_as_file():
			self.assertEqual("沪A***45 · T 轿车", self.rows(**ask)[0]["vehicle_title"])

	def test_the_oldest_car_comes_first(self):
		self.car(5)
		oldest = self.car(70)
		rows = self.rows(view="Vehicle", dealership=self.one)
		self.assertEqual([(oldest, 70), 5], [(rows[0]["name"], rows[0]["days"]), rows[1]["days"]])
