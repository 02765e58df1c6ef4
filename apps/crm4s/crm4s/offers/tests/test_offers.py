import frappe
from frappe.tests.utils import FrappeTestCase
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule import OFFER_RULE
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.offers.baskets import read_baskets
from crm4s.offers.learning import learn
from crm4s.offers.next_offers import offers_of
from crm4s.tests.people import as_user, make_user

VISIT, ITEM = "C4S Service Visit", "C4S Service Item"
TYRES, ALIGNMENT, OIL = "OFFER 轮胎", "OFFER 四轮定位", "OFFER 机油"
STORE, OTHER = "OFFER-1", "OFFER-2"


def row(doctype: str, **values) -> str:
	document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
	document.db_insert()
	return document.name


def have(customer: str, *things: str, store: str = STORE, day: str = "2061-02-01", **values) -> None:
	"""A settled visit as rows, with each of the things paid by the customer."""
	visit = row(VISIT, customer=customer, dealership=store, status="Settled", settled_on=f"{day} 10:00:00")
	for thing in things:
		line = {"parent": visit, "parenttype": VISIT, "parentfield": "items", "item_kind": "Labour", "item_name": thing}
		row(ITEM, **{**line, "payer": "Customer", "approval": "Approved", **values})


# A year in which nobody else has visits.
@freeze_time("2061-06-01 12:00:00")
class TestOffers(FrappeTestCase):
	"""Of 40 customers 16 have tyres, alignment and oil, four tyres alone, twenty oil alone."""

	def setUp(self):
		make_dealership(STORE), make_dealership(OTHER)
		change_settings(offer_least_customers=10)
		self.customers = [row("C4S Customer", customer_name=f"OFFER {number}") for number in range(40)]
		for number, customer in enumerate(self.customers):
			have(customer, *((TYRES, ALIGNMENT, OIL) if number < 16 else (TYRES,) if number < 20 else (OIL,)))

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def rules(self, *fields: str) -> list[tuple]:
		return frappe.get_all(OFFER_RULE, {"if_item": ["like", "OFFER%"]}, fields, order_by="if_item, then_item", as_list=True)

	def test_what_goes_with_what_is_learned_from_what_customers_have(self):
		learn()
		rule = frappe.get_all(OFFER_RULE, {"if_item": TYRES, "then_item": ALIGNMENT}, ["if_kind", "customers", "if_customers", "lacking", "support", "confidence", "lift"])[0]
		self.assertEqual(("Service Item", 16, 20, 4), (rule.if_kind, rule.customers, rule.if_customers, rule.lacking))
		self.assertEqual((40.0, 80.0, 2.0), (rule.support, rule.confidence, rule.lift))

	def test_rules_are_replaced(self):
		learn()
		before = self.rules("if_item", "then_item", "confidence")
		self.assertTrue(before)
		learn()
		self.assertEqual(before, self.rules("if_item", "then_item", "confidence"))
		change_settings(offer_least_customers=17)
		learn()
		self.assertEqual((), tuple(self.rules("name")))

	def test_limits_are_those_of_the_settings(self):
		for limits in ({"offer_least_confidence": 90}, {"offer_least_lift": 3}):
			with self.subTest(limits):
				change_settings(**{"offer_least_confidence": 10, "offer_least_lift": 1, **limits})
				learn()
				self.assertNotIn((TYRES, ALIGNMENT), self.rules("if_item", "then_item"))

	def test_only_what_the_customer_chose_and_paid_lately_counts(self):
		customer = row("C4S Customer", customer_name="OFFER")
		have(customer, "warranty", payer="Warranty")
		have(customer, "declined", approval="Declined")
		have(customer, "long ago", day="2058-05-31")
		have(customer, OIL, OIL)
		self.assertEqual([f"Service Item\x1f{OIL}"], list(read_baskets([customer])["item"]))

	def test_a_package_is_one_thing(self):
		customer = row("C4S Customer", customer_name="OFFER")
		have(customer, OIL, "filter", package="OFFER PACKAGE")
		self.assertEqual(["Service Package\x1fOFFER PACKAGE"], list(read_baskets([customer])["item"]))

	def test_what_came_with_a_car_counts(self):
		customer = row("C4S Customer", customer_name="OFFER")
		deal = row("C4S Deal", customer=customer, dealership=STORE, status="Delivered", delivered_on="2061-01-05")
		row("C4S Deal Item", parent=deal, parenttype="C4S Deal", parentfield="items", item_name="OFFER hook")
		kind = frappe.get_doc({"doctype": "C4S Deal Service Kind", "service_kind": "OFFER film"}).insert().name
		row("C4S Deal Service", customer=customer, dealership=STORE, deal=deal, kind=kind, status="Done")
		row("C4S Deal Service", customer=customer, dealership=STORE, deal=deal, kind=kind, status="Cancelled")
		row("C4S Insurance Policy", customer=customer, dealership=STORE, policy_kind="Commercial Insurance", valid_from="2061-01-05", sold_by_us=1)
		row("C4S Insurance Policy", customer=customer, dealership=STORE, policy_kind="Compulsory Insurance", valid_from="2061-01-05", sold_by_us=0)
		wanted = {("Accessory", "OFFER hook"), ("Deal Service", "OFFER film"), ("Insurance", "Commercial Insurance")}
		self.assertEqual(wanted, {tuple(item.split("\x1f")) for item in read_baskets([customer])["item"]})

	def test_the_best_thing_that_a_customer_lacks_is_offered_with_its_reason(self):
		learn()
		offer = offers_of(self.customers[17])[0]
		self.assertEqual((ALIGNMENT, TYRES, 80.0), (offer["offer"], offer["because"], offer["confidence"]))
		self.assertEqual(
			f"Of 100 customers who have {TYRES}, 80 have {ALIGNMENT} as well: 2.0 times as many as among all customers. 40.0 of 100 customers have both.",
			offer["why"],
		)
		self.assertEqual([], [offer for offer in offers_of(self.customers[0]) if offer["offer"] == ALIGNMENT])

	def test_what_a_customer_has_from_another_store_tells_nothing(self):
		customer = row("C4S Customer", customer_name="OFFER")
		have(customer, TYRES, store=OTHER)
		learn()
		self.assertTrue(offers_of(customer))
		with as_user(make_user("CRM Manager", [STORE])):
			self.assertEqual([], offers_of(customer))
