import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_retention_case.test_c4s_retention_case import make_retention_case
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_win_back_rate.c4s_win_back_rate import VIEWS, execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}
CASE, VISIT = "C4S Retention Case", "C4S Service Visit"


class TestWinBackRate(FrappeTestCase):
	"""Cases of 2001, a year in which nobody else has any."""

	def setUp(self):
		self.one, self.two = make_dealership("WINBACK-1").name, make_dealership("WINBACK-2").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def case(self, status: str = "Open", opened_on: str = "2001-05-31 23:59:59", dealership: str | None = None, revenue: float = 0, **values):
		store = dealership or self.one
		car, customer = make_vehicle().name, make_customer(store=store).name
		case = make_retention_case(dealership=store, vehicle=car, customer=customer)
		stored = {"opened_on": opened_on, "status": status, **values}
		if status == "Won Back":
			visit = make_service_visit(vehicle=car, customer=customer, dealership=store, arrived_on="2001-06-02 09:00:00")
			frappe.db.set_value(VISIT, visit.name, {"status": "Settled", "settled_on": "2001-06-02 10:00:00", "total_amount": revenue})
			stored |= {"won_back_on": "2001-06-02 10:00:00", "won_back_visit": visit.name}
		frappe.db.set_value(CASE, case.name, stored)
		return case

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def test_what_became_of_the_cases_of_a_month(self):
		self.case("Won Back", revenue=800, offer_cost=100, offer_given_on="2001-06-01 10:00:00", offer_kind="Other")
		self.case("Ended", offer_cost=900, offer_kind="Other")
		spoken = self.case()
		frappe.get_doc({"doctype": "C4S Retention Contact", "parent": spoken.name, "parenttype": CASE, "parentfield": "contacts", "planned_on": "2001-06-01", "outcome": "Reached", "channel": "Phone"}).db_insert()
		self.case(opened_on="2001-07-01 00:00:00")
		may, july = self.rows()
		self.assertEqual(("2001-05", 3, 1, 1, 1, 1), tuple(may[name] for name in ("label", "opened", "contacted", "won_back", "ended", "open")))
		self.assertEqual((33.3, 50.0, 100.0, 800.0), tuple(may[name] for name in ("win_back_percent", "decided_percent", "cost", "revenue")))
		self.assertEqual(("2001-07", 1), (july["label"], july["opened"]))

	def test_what_a_car_brings_counts_for_the_case_that_was_won_last(self):
		first = self.case("Won Back", revenue=800)
		first.db_set("open_key", None)
		second = make_retention_case(dealership=self.one, vehicle=first.vehicle, customer=first.customer, reason="Price")
		visit = make_service_visit(vehicle=first.vehicle, customer=first.customer, dealership=self.one, arrived_on="2001-08-02 09:00:00")
		frappe.db.set_value(VISIT, visit.name, {"status": "Settled", "settled_on": "2001-08-02 10:00:00", "total_amount": 50})
		won = {"opened_on": "2001-07-01 00:00:00", "status": "Won Back", "won_back_on": "2001-08-02 10:00:00", "won_back_visit": visit.name}
		frappe.db.set_value(CASE, second.name, won)
		self.assertEqual([800.0, 50.0], [row["revenue"] for row in self.rows()])
		# A case that names no car counts what no car's case does.
		frappe.db.set_value(CASE, second.name, "open_key", None)
		third = make_retention_case(dealership=self.one, vehicle=None, customer=first.customer)
		frappe.db.set_value(CASE, third.name, {**won, "opened_on": "2001-09-01 00:00:00", "won_back_on": "2001-06-01 00:00:00"})
		self.assertEqual([800.0, 50.0, 0.0], [row["revenue"] for row in self.rows()])

	def test_a_coupon_costs_what_it_took_off(self):
		offer = frappe.get_doc({"doctype": "C4S Coupon Offer", "offer_name": "Win Back Test", "coupon_kind": "Amount", "amount": 100, "used_on": "Service Visit", "enabled": 1}).insert().name
		case = self.case(offer_cost=100, offer_given_on="2001-06-01 10:00:00")
		coupon = frappe.get_doc({"doctype": "C4S Coupon", "offer": offer, "customer": case.customer, "dealership": self.one}).insert()
		frappe.db.set_value(CASE, case.name, "coupon", coupon.name)
		self.assertEqual(0, self.rows()[0]["cost"])
		frappe.db.set_value("C4S Coupon", coupon.name, {"status": "Redeemed", "amount": 80})
		self.assertEqual(80, self.rows()[0]["cost"])

	def test_every_view_counts_the_same_cases(self):
		self.case(reason="Complaint", handler="Administrator")
		self.case()
		for view in VIEWS:
			with self.subTest(view):
				self.assertEqual(2, sum(row["opened"] for row in self.rows(view=view)))
		self.assertEqual(1, self.rows(reason="Complaint")[0]["opened"])
		self.assertEqual(1, self.rows(handler="Administrator")[0]["opened"])

	def test_a_store_s_user_counts_the_own_store_only_and_a_specialist_may_not_compare(self):
		self.case()
		self.case(dealership=self.two)
		with as_user(make_user("CRM Manager", [self.one])):
			self.assertEqual([1], [row["opened"] for row in self.rows()])
			self.assertEqual([], self.rows(dealership=self.two))
		with as_user(make_user("CRM Specialist", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Win-Back Rate", {})
