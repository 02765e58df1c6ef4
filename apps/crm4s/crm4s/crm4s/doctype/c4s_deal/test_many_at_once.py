"""People who do the same at the same moment, over connections of their own."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_brand.test_c4s_brand import make_brand
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import add_service, make_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.exceptions import CarTakenError
from crm4s.tests.at_once import at_once, done, refused
from crm4s.workflows.states import move

KEY = "T-RACE"
BUYERS = 20
PRICE = 198_800


class TestManyAtOnce(FrappeTestCase):
	def setUp(self):
		make_dealership(KEY)
		self.model = make_model(KEY, brand=make_brand(KEY).name).name
		self.customer = make_customer(store=KEY).name

	def tearDown(self):
		"""What other connections saw was committed, hence taken away by hand."""
		frappe.db.rollback()
		deals = frappe.get_all("C4S Deal", {"dealership": KEY}, pluck="name")
		of_deals = ["in", deals or [""]]
		for table in ("C4S Deal Payment", "C4S Deal Item", "C4S Deal Check"):
			frappe.db.delete(table, {"parent": of_deals})
		for log in ("C4S State Passage", "C4S Touchpoint Tick"):
			frappe.db.delete(log, {"document_name": of_deals})
		frappe.db.delete("Comment", {"reference_name": of_deals})
		frappe.db.delete("Version", {"docname": of_deals})
		for doctype in ("C4S Deal Service", "C4S Deal"):
			frappe.db.delete(doctype, {"dealership": KEY})
		frappe.db.delete("C4S Stock Movement", {"to_dealership": KEY})
		for car in frappe.get_all("C4S Vehicle", {"dealership": KEY}, pluck="name"):
			frappe.delete_doc("C4S Vehicle", car)
		frappe.db.delete("C4S Store Relationship", {"dealership": KEY})
		frappe.delete_doc("C4S Customer", self.customer, force=True)
		for doctype in ("C4S Dealership", "C4S Vehicle Model", "C4S Brand"):
			frappe.delete_doc(doctype, KEY, force=True)
		frappe.db.commit()

	def deals(self, count: int, ordered: bool = True) -> list[str]:
		values = {"dealership": KEY, "model": self.model, "customer": self.customer, "promised_on": add_days(nowdate(), 5)}
		deals = [make_deal(**values) for _ in range(count)]
		for deal in deals if ordered else ():
			move(deal, "Ordered")
		return [deal.name for deal in deals]

	def test_twenty_deals_want_one_car_and_one_gets_it(self):
		car = make_vehicle(entered_as="In Stock", dealership=KEY, model=self.model).name
		deals = self.deals(BUYERS)
		outcomes = at_once(*(lambda deal=deal: actions.allocate(deal, car) for deal in deals))
		self.assertEqual(1, len(done(outcomes)), outcomes)
		winner = next(deal for deal, outcome in zip(deals, outcomes) if not isinstance(outcome, Exception))
		for refusal in refused(outcomes):
			self.assertIsInstance(refusal, CarTakenError)
			self.assertRegex(str(refusal), f" is taken: it is allocated to deal .*{winner}")
		self.assertEqual([winner], frappe.get_all("C4S Deal", {"vehicle": car}, pluck="name"))
		self.assertEqual(1, frappe.db.count("C4S Stock Movement", {"vehicle": car, "movement": "Allocated"}))
		self.assertEqual("Allocated", frappe.db.get_value("C4S Vehicle", car, "status"))

	def test_two_cashiers_do_not_take_the_same_balance(self):
		(deal,) = self.deals(1, ordered=False)
		outcomes = at_once(*[lambda: actions.record_payment(deal, "Payment", PRICE, "Card")] * 2)
		self.assertEqual(1, len(done(outcomes)), outcomes)
		self.assertEqual((PRICE, 0), tuple(frappe.db.get_value("C4S Deal", deal, ["paid_amount", "balance_due"])))

	def test_what_two_cashiers_receive_is_both_kept(self):
		(deal,) = self.deals(1, ordered=False)
		calls = [lambda amount=amount: actions.record_payment(deal, "Payment", amount, "Card") for amount in (1000, 2000, 3000)]
		self.assertEqual([], refused(at_once(*calls)))
		self.assertEqual(6000, frappe.db.get_value("C4S Deal", deal, "paid_amount"))
		self.assertEqual({1000, 2000, 3000}, set(frappe.get_all("C4S Deal Payment", {"parent": deal}, pluck="amount")))

	def test_services_of_two_people_are_both_charged(self):
		(deal,) = self.deals(1, ordered=False)
		document = frappe.get_doc("C4S Deal", deal)
		calls = [lambda amount=amount: add_service(document, charged_amount=amount) for amount in (100, 200, 300)]
		self.assertEqual([], refused(at_once(*calls)))
		self.assertEqual(PRICE + 600, frappe.db.get_value("C4S Deal", deal, "total_amount"))
