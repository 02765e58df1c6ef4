import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestPackagesSold(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Packages Sold", "sold", "Workshop Manager", "Technician"

	def make(self, store: str) -> None:
		self.item(self.visit(dealership=store), "P1", 100)

	def visit(self, **overrides) -> str:
		values = {"dealership": self.one, "visit_kind": "Workshop", "status": "Settled", "settled_on": "2001-05-31 10:00:00"}
		return row("C4S Service Visit", **{**values, **overrides})

	def item(self, visit: str, package: str | None, amount: float, **overrides) -> None:
		values = {"parent": visit, "parenttype": "C4S Service Visit", "parentfield": "items", "package": package, "amount": amount}
		row("C4S Service Item", **{**values, "cost": amount / 2, **overrides})

	def test_the_lines_of_a_package_are_one_sale(self):
		first, second = self.visit(), self.visit()
		self.item(first, "P1", 300, discount_amount=20)
		self.item(first, "P1", 100, coupon_amount=5)
		self.item(first, "P2", 50)
		self.item(first, "P2", 70, approval="Declined")
		self.item(first, None, 1_000)
		self.item(second, "P1", 200)
		self.item(self.visit(status="Open", settled_on=None), "P1", 200)
		found = self.by_key(dealership=self.one)
		expected = {"sold": 2, "visits": 2, "amount": 600.0, "discount": 25.0, "amount_each": 300.0, "margin": 300.0, "margin_percent": 50.0}
		self.assertEqual(expected, {name: found["P1"][name] for name in expected})
		self.assertEqual((1, 50.0), (found["P2"]["sold"], found["P2"]["amount"]))

	def test_a_number_of_visits_opens_these_visits(self):
		first = self.visit()
		self.item(first, "P1", 300)
		self.item(first, "P1", 100)
		self.item(self.visit(), "P1", 300, approval="Declined")
		self.item(self.visit(), "P2", 300)
		for view, key, visits in (("Service Package", "P1", 1), ("Store", self.one, 2)):
			answer = self.answer(view=view, dealership=self.one)
			row = next(row for row in answer["result"] if isinstance(row, dict) and row["key"] == key)
			(column,) = [column for column in answer["columns"] if column["fieldname"] == "visits"]
			behind = {**row["behind"], **column["only"], column["moment"]: ["between", row["span"]]}
			filters = [[*(name.split(".") if "." in name else ("C4S Service Visit", name)), *(value if isinstance(value, list) else ("=", value))] for name, value in behind.items()]
			self.assertEqual((visits, visits), (row["visits"], len(set(frappe.get_list("C4S Service Visit", filters, pluck="name")))))
		self.assertIsNone(self.rows(view="Model", dealership=self.one)[0]["behind"])

	def test_how_many_visits_took_a_package(self):
		first = self.visit()
		self.item(first, "P1", 300)
		self.item(first, "P2", 300)
		self.visit()
		(month,) = self.rows(view="Month", dealership=self.one)
		self.assertEqual(("2001-05", 2, 1, 50.0), (month["label"], month["sold"], month["visits"], month["attached_percent"]))
		self.assertEqual(1, self.total(dealership=self.one, package="P2"))
