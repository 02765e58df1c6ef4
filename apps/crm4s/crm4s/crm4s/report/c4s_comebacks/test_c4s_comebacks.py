from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestComebacks(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Comebacks", "returned", "Workshop Manager", "Technician"

	def make(self, store: str) -> None:
		self.back(self.visit(dealership=store))

	def visit(self, **overrides) -> str:
		values = {"dealership": self.one, "visit_kind": "Workshop", "status": "Settled", "service_advisor": "a@example.com"}
		return row("C4S Service Visit", **{**values, "settled_on": "2001-05-31 10:00:00", **overrides})

	def back(self, first: str, **overrides) -> str:
		values = {"dealership": self.one, "visit_kind": "Workshop", "status": "Open", "comeback_of": first, "arrived_on": "2001-06-02 10:00:00"}
		return row("C4S Service Visit", **{**values, "internal_amount": 80, **overrides})

	def test_visits_that_came_back_of_all_that_were_settled(self):
		first = self.visit()
		self.visit()
		self.visit(visit_kind="Counter Sale")
		self.back(first)
		self.back(first, arrived_on="2001-06-10 10:00:00")
		self.back(self.visit(settled_on="2001-04-01"), status="Cancelled")
		found = {row["label"]: row for row in self.rows(dealership=self.one)}
		expected = {"visits": 2, "returned": 1, "comebacks": 2, "rate_percent": 50.0, "days": 2.0, "internal_cost": 160.0}
		self.assertEqual(expected, {name: found["2001-05"][name] for name in expected})
		self.assertEqual((1, 0), (found["2001-04"]["visits"], found["2001-04"]["returned"]))

	def test_a_visit_counts_for_each_who_worked_on_it(self):
		first = self.visit()
		self.back(first)
		for technician in ("T1", "T1", "T2"):
			row("C4S Repair Job", service_visit=first, technician=technician, status="Finished", dealership=self.one)
		row("C4S Repair Job", service_visit=self.visit(), technician="T2", status="Finished", dealership=self.one)
		found = self.by_key(view="Technician", dealership=self.one)
		self.assertEqual({"T1": (1, 1), "T2": (2, 1)}, {key: (row["visits"], row["returned"]) for key, row in found.items()})

	def test_by_model_and_advisor(self):
		car = row("C4S Vehicle", model="M1")
		self.back(self.visit(vehicle=car))
		self.assertEqual({"M1": 100.0}, {key: found["rate_percent"] for key, found in self.by_key(view="Model", dealership=self.one).items()})
		self.assertEqual(["a@example.com"], list(self.by_key(view="Service Advisor", dealership=self.one)))
		self.assertEqual(0, self.total(dealership=self.one, service_advisor="b@example.com"))
