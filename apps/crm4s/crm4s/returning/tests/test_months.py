import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.returning.months import RETURN_MONTH, recompute

VISIT = "C4S Service Visit"


def visit_rows(vehicle: str | None, store: str, *days: str, **values) -> None:
	"""Settled workshop visits as rows, which is all that is counted."""
	for day in days:
		row = {"doctype": VISIT, "status": "Settled", "visit_kind": "Workshop", "vehicle": vehicle, "dealership": store, "arrived_on": day, "settled_on": f"{day} 10:00:00"}
		frappe.get_doc({**row, **values, "name": frappe.generate_hash(length=10)}).db_insert()


class TestReturnMonths(FrappeTestCase):
	"""Visits of 2001, a year in which nobody else has any."""

	def setUp(self):
		self.store, self.other = make_dealership("RETURN-1").name, make_dealership("RETURN-2").name

	def tearDown(self):
		frappe.db.rollback()

	def counts(self, *columns: str) -> list[tuple]:
		filters = {"month": ["between", ["2001-01-01", "2001-12-31"]], "dealership": ["in", [self.store, self.other]]}
		return [tuple(row) for row in frappe.get_all(RETURN_MONTH, filters, columns, order_by="month, node", as_list=True)]

	def test_settled_workshop_visits_of_cars_are_counted_by_store_model_month_and_node(self):
		car = make_vehicle(delivered_on="2001-01-05", dealership=self.other)
		visit_rows(car.name, self.store, "2001-02-10", "2001-06-10")
		visit_rows(car.name, self.store, "2001-03-10", status="Open", settled_on=None)
		visit_rows(car.name, self.store, "2001-03-11", visit_kind="Counter Sale")
		visit_rows(None, self.store, "2001-03-12")
		recompute()
		months = self.counts("dealership", "model", "month", "node", "cars", "back_3", "back_6", "node_cars", "next_3")
		day = frappe.utils.getdate
		self.assertEqual(
			[
				(self.other, car.model, day("2001-01-01"), 0, 0, 0, 0, 1, 1),
				(self.store, car.model, day("2001-02-01"), 1, 1, 0, 1, 1, 0),
				(self.store, car.model, day("2001-06-01"), 2, 1, 0, 0, 1, 0),
			],
			months,
		)

	def test_a_visit_of_a_car_that_is_gone_counts_without_a_model(self):
		first, last = (make_vehicle().name for _number in range(2))
		gone = f"{min(first, last)}-GONE"
		visit_rows(gone, self.store, "2001-02-10")
		recompute()
		self.assertEqual([(self.store, "", 1)], self.counts("dealership", "model", "node_cars"))

	def test_only_months_in_which_something_changed_are_written(self):
		car = make_vehicle().name
		visit_rows(car, self.store, "2001-02-10", "2001-06-10")
		recompute()
		self.assertEqual(0, recompute())
		visit_rows(car, self.store, "2001-09-10")
		# June's cars came back, September is new.
		self.assertEqual(2, recompute())
		self.assertEqual([(0,), (1,), (0,)], self.counts("back_3"))
		frappe.db.delete(VISIT, {"vehicle": car})
		recompute()
		self.assertEqual([], self.counts("name"))
