"""Deals that come from several sides at the same moment: each is taken in once, and a car is sold once."""

import frappe
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import STORE, make_car, make_ordered_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake.push import take
from crm4s.dms.links import link_of
from crm4s.tests.at_once import at_once
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.people import as_user

DEAL, VEHICLE = "C4S Deal", "C4S Vehicle"
DEALS = 6


class TestDealsAtOnce(CommittingTestCase):
	def setUp(self):
		make_dealership(STORE)
		self.model = make_model().name
		self.customer = make_customer(store=STORE).name
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.link, self.other = make_link(entities=["Deal"]), make_link(entities=["Deal"])

	def deal(self, number: int, car: str, **values) -> dict:
		"""As a link that sends deals only says it: everything else by our names."""
		about = {"dealership": STORE, "customer_id": self.customer, "model_id": self.model, "vehicle_id": car, "list_price": 198_800}
		return {"external_id": f"D{number}", "version": 1, "status": "Ordered", "promised_on": add_days(nowdate(), 9), **about, **values}

	def push(self, link, *records: dict) -> list[dict]:
		"""As a worker does it, which tries anew where the other one was in the way."""
		frappe.flags.in_test = False
		with as_user(link.user):
			return take(link_of(), ENTITIES["deal"], list(records))["results"]

	def deals_of(self, car: str) -> list:
		return frappe.get_all(DEAL, {"vehicle": car}, pluck="name")

	def test_the_same_deals_over_two_connections_are_taken_in_once(self):
		cars = [make_car().name for _number in range(DEALS)]
		paid = {"paid_on": f"{nowdate()}T00:00:00", "kind": "Deposit", "amount": 5000, "method": "Card"}
		deals = [self.deal(number, car, payments=[{**paid, "reference": f"R{number}"}]) for number, car in enumerate(cars)]
		outcomes = at_once(lambda: self.push(self.link, *deals), lambda: self.push(self.link, *reversed(deals)))
		states = [result["state"] for results in outcomes for result in results]
		self.assertEqual((DEALS, DEALS), (states.count("created"), states.count("unchanged")), outcomes)
		self.assertEqual([1] * DEALS, [len(self.deals_of(car)) for car in cars])
		self.assertEqual(DEALS, frappe.db.count("C4S Deal Payment", {"parent": ["in", [self.deals_of(car)[0] for car in cars]]}))

	def test_two_systems_sell_a_car_once(self):
		car = make_car().name
		outcomes = at_once(*(lambda link=link: self.push(link, self.deal(1, car)) for link in (self.link, self.other)))
		self.assertEqual(["created", "rejected"], sorted(results[0]["state"] for results in outcomes), outcomes)
		((refused,),) = [results for results in outcomes if results[0]["state"] == "rejected"]
		self.assertEqual(("vehicle_id", True), (refused["errors"][0]["field"], "is taken" in refused["errors"][0]["message"]))
		self.assertEqual(1, len(self.deals_of(car)))

	def test_desk_and_system_sell_a_car_once(self):
		car, ours = make_car().name, make_ordered_deal(dealership=STORE, customer=self.customer, model=self.model).name
		desk, system = at_once(lambda: actions.allocate(ours, car), lambda: self.push(self.link, self.deal(1, car)))
		self.assertEqual(isinstance(desk, Exception), system[0]["state"] == "created", (desk, system))
		self.assertEqual(1, len(self.deals_of(car)))
		self.assertEqual(("Allocated", car), (frappe.db.get_value(VEHICLE, car, "status"), frappe.db.get_value(DEAL, self.deals_of(car)[0], "allocation_key")))
