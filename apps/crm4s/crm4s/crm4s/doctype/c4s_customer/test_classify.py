from datetime import date
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer import classify
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership

TODAY = date(2026, 6, 30)


def put(doctype: str, **values) -> str:
	"""A row as another part of the app would leave it, past its controller: these tests are about what is read."""
	row = frappe.get_doc({"doctype": doctype, **values})
	row.set_new_name()
	row.db_insert()
	return row.name


def put_visit(customer: str, settled_on: str, amount: float = 0, **values) -> str:
	return put(
		"C4S Service Visit",
		**{"customer": customer, "dealership": "T-EAST", "visit_kind": "Workshop", "status": "Settled", "settled_on": settled_on,
		"arrived_on": settled_on, "customer_amount": amount, **values},
	)


def put_car(vin: str, *owners: tuple) -> None:
	"""A car with owners as rows of customer, valid_from and valid_to."""
	vehicle = put("C4S Vehicle", vin=vin)
	for customer, valid_from, valid_to in owners:
		put(
			"C4S Vehicle Party", parent=vehicle, parenttype="C4S Vehicle", parentfield="parties", party_role="Owner",
			customer=customer, valid_from=valid_from, valid_to=valid_to,
		)


class TestClassify(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		self.customer = make_customer()

	def tearDown(self):
		frappe.db.rollback()

	def recompute(self, today: date = TODAY) -> int:
		return classify.recompute_range(self.customer.name, self.customer.name, today)

	def stored(self, *fields: str) -> tuple:
		return frappe.db.get_value("C4S Customer", self.customer.name, fields)

	def test_service_facts_come_from_settled_visits(self):
		put_visit(self.customer.name, "2026-01-01 10:00:00", 1000)
		put_visit(self.customer.name, "2026-03-02 10:00:00", 500.5)
		put_visit(self.customer.name, "2026-03-31 23:59:59", 200)
		put_visit(self.customer.name, "2026-05-01 10:00:00", 300, visit_kind="Counter Sale")
		put_visit(self.customer.name, "2026-06-01 10:00:00", 900, status="Open")
		self.recompute()
		self.assertEqual(
			(3, date(2026, 3, 31), 44, 2000.5),
			self.stored("service_count", "last_visit_on", "average_visit_interval_days", "total_spent"),
		)

	def test_a_visit_that_was_cancelled_later_counts_no_longer(self):
		visit = put_visit(self.customer.name, "2026-01-01", 1000)
		self.recompute()
		frappe.db.set_value("C4S Service Visit", visit, "status", "Cancelled")
		self.recompute()
		self.assertEqual((0, None, 0, 0), self.stored("service_count", "last_visit_on", "average_visit_interval_days", "total_spent"))

	def test_classes_come_from_cars_visits_leads_and_complaints(self):
		put_car("T0000000000000001", (self.customer.name, "2020-01-01", "2026-01-01"))
		put_car("T0000000000000002", (make_customer().name, "2019-01-01", "2025-12-31"), (self.customer.name, "2026-01-01", None))
		put_visit(self.customer.name, "2025-06-30", 50_000, margin=900)
		put_visit(self.customer.name, "2025-07-01", 4_000, margin=900)
		put_visit(self.customer.name, "2026-06-29", 5_000, margin=200)
		put("C4S Lead", customer=self.customer.name, dealership="T-EAST", status="Open", lead_name="张伟")
		self.recompute()
		self.assertEqual(
			("Old Customer", "Several Purchases", "Used Car Buyer", "Home", "Middle", "Middle", "Loyal", "Buying a Car"),
			self.stored(*classify.CLASSES),
		)
		put("C4S Complaint", customer=self.customer.name, dealership="T-EAST", status="Open")
		self.recompute()
		self.assertEqual("Complaint", self.stored("service_need_class"))

	def test_only_customers_whose_classes_changed_are_written(self):
		self.assertEqual(1, self.recompute())
		self.assertEqual(0, self.recompute())
		put_visit(self.customer.name, "2026-06-29")
		self.assertEqual(1, self.recompute())

	def test_time_alone_makes_a_new_customer_old(self):
		put_visit(self.customer.name, "2026-06-29")
		self.recompute()
		self.assertEqual(("New Customer", "Potentially Loyal"), self.stored("age_class", "loyalty_class"))
		self.recompute(date(2027, 6, 30))
		self.assertEqual(("Old Customer", "Disloyal"), self.stored("age_class", "loyalty_class"))

	def test_a_customer_does_not_count_as_edited(self):
		before = self.stored("modified", "modified_by")
		self.recompute()
		self.assertEqual(before, self.stored("modified", "modified_by"))

	def test_every_customer_lies_in_one_range(self):
		names = {self.customer.name} | {make_customer().name for _ in range(4)}
		ranges = list(classify.name_ranges(classify.CUSTOMER, 2))
		for name in names:
			self.assertEqual(1, sum(first <= name <= last for first, last in ranges), name)

	def test_a_run_over_everybody_commits_each_range(self):
		make_customer()
		with patch.object(classify, "RANGE_SIZE", 1), patch.object(frappe.db, "commit") as commit:
			classify.recompute_all()
		self.assertEqual(frappe.db.count("C4S Customer"), commit.call_count)
		self.assertEqual("Potential Customer", self.stored("age_class"))

	def test_the_scheduler_runs_it_every_night(self):
		self.assertIn(
			"crm4s.crm4s.doctype.c4s_customer.classify.recompute_all", frappe.get_hooks("scheduler_events")["daily_long"]
		)

	def test_the_number_of_queries_does_not_grow_with_the_customers(self):
		def queries_for(first: str, last: str) -> int:
			count = 0
			run = frappe.db.sql

			def counting(*args, **kwargs):
				nonlocal count
				count += 1
				return run(*args, **kwargs)

			with patch.object(frappe.db, "sql", counting):
				classify.recompute_range(first, last, TODAY)
			return count

		one = queries_for(self.customer.name, self.customer.name)
		others = [make_customer().name for _ in range(5)]
		self.assertLessEqual(queries_for(others[0], others[-1]), one)
