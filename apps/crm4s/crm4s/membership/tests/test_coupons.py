"""Coupons on the bill: to the cent, once, and back."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import make_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import approve, item, make_part, make_service_visit, settle
from crm4s.exceptions import CouponError
from crm4s.membership import actions
from crm4s.relationship_costs import costs_of
from crm4s.tests.people import as_user, make_user
from crm4s.value.money import total
from crm4s.workflows.states import move

test_ignore = ["User"]
VISIT, DEAL = "C4S Service Visit", "C4S Deal"


class CouponTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("COUPON-1").name
		self.customer = make_customer(store=self.store).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def visit(self, *items: dict, **values):
		return make_service_visit(**{"dealership": self.store, "customer": self.customer, "items": list(items) or [item(unit_price=300)], **values})

	def coupon(self, **values):
		return make_coupon(**{"dealership": self.store, "customer": self.customer, **values})

	def redeem(self, document, coupon):
		actions.redeem_coupon(document.doctype, document.name, coupon.code)
		document.reload()
		return document

	def refused(self, sentence: str):
		return self.assertRaisesRegex(CouponError, sentence)


class TestOnVisits(CouponTestCase):
	def test_what_it_takes_off_is_shared_among_the_lines_to_the_cent(self):
		visit = self.visit(item(unit_price=100), item(unit_price=100), item("Other", unit_price=100), item(unit_price=900, payer="Warranty"))
		self.redeem(visit, self.coupon())
		self.assertEqual([16.67, 16.67, 16.66, 0], [row.discount_amount for row in visit.items])
		self.assertEqual((250, 900, 1150), (visit.customer_amount, visit.warranty_amount, visit.total_amount))
		self.assertEqual(50, float(total(row.coupon_amount for row in visit.items)))

	def test_percent_and_item_and_the_most(self):
		part = make_part("T-FILTER", 80, 30)
		percent = make_coupon_offer("T-Percent", coupon_kind="Percent", percent=15, most_amount=20).name
		free = make_coupon_offer("T-Free", coupon_kind="Item", part=part, combinable=1).name
		visit = self.visit(item(unit_price=100), item("Part", part=part, unit_price=80, quantity=2))
		self.redeem(visit, self.coupon(offer=free))
		self.assertEqual([0, 160], [row.coupon_amount for row in visit.items])
		other = self.visit(item(unit_price=100))
		self.assertEqual(85, self.redeem(other, self.coupon(offer=percent)).customer_amount)
		dear = self.visit(item(unit_price=1000))
		self.assertEqual(980, self.redeem(dear, self.coupon(offer=percent)).customer_amount)

	def test_once(self):
		coupon, visit = self.coupon(), self.visit()
		self.redeem(visit, coupon)
		with self.refused("was redeemed on"):
			self.redeem(self.visit(), coupon)
		coupon.reload()
		self.assertEqual(("Redeemed", 50, visit.name, self.store), (coupon.status, coupon.amount, coupon.reference_name, coupon.redeemed_at))

	def test_a_code_is_read_as_people_type_it(self):
		coupon, visit = self.coupon(), self.visit()
		typed = f" {coupon.code[:6].lower()}-{coupon.code[6:]} "
		self.assertEqual(50, actions.redeem_coupon(VISIT, visit.name, typed)["amount"])
		with self.refused("No coupon has the code"):
			actions.redeem_coupon(VISIT, visit.name, "<b>x")

	def test_only_where_when_and_by_whom_it_counts(self):
		elsewhere = make_dealership("COUPON-2").name
		offers = {
			"does not count in this store": ({"stores": [{"dealership": elsewhere}]}, {}),
			"given to another customer": ({"transferable": 0}, {"customer": make_customer(store=self.store).name}),
			"counts from a bill of": ({"minimum_amount": 301}, {}),
			"is not for a": ({"used_on": "Deal"}, {}),
			"counts from": ({}, {"valid_from": add_days(nowdate(), 1)}),
		}
		for number, (sentence, (of_offer, of_coupon)) in enumerate(offers.items()):
			coupon = self.coupon(offer=make_coupon_offer(f"T-Rule-{number}", **of_offer).name, **of_coupon)
			with self.subTest(sentence), self.refused(sentence):
				self.redeem(self.visit(), coupon)

	def test_after_its_last_day_it_does_not_count(self):
		coupon = self.coupon()
		frappe.db.set_value("C4S Coupon", coupon.name, {"valid_from": add_days(nowdate(), -9), "valid_until": nowdate()})
		self.redeem(self.visit(), coupon)
		late = self.coupon()
		frappe.db.set_value("C4S Coupon", late.name, {"valid_from": add_days(nowdate(), -9), "valid_until": add_days(nowdate(), -1)})
		with self.refused("counted until"):
			self.redeem(self.visit(), late)

	def test_two_go_together_only_if_both_allow_it(self):
		both = make_coupon_offer("T-Both", combinable=1).name
		visit = self.visit(item(unit_price=300))
		self.redeem(visit, self.coupon(offer=both))
		with self.refused("does not go together"):
			self.redeem(visit, self.coupon())
		self.assertEqual(200, self.redeem(visit, self.coupon(offer=both)).customer_amount)

	def test_given_back_the_bill_is_as_before_and_the_coupon_counts_again(self):
		both = make_coupon_offer("T-Both", combinable=1).name
		visit = self.visit(item(unit_price=100, discount_amount=10), item(unit_price=33.33))
		first, second = self.coupon(offer=both), self.coupon(offer=both)
		self.redeem(visit, first)
		self.redeem(visit, second)
		actions.give_coupon_back(VISIT, visit.name, first.code)
		visit.reload()
		self.assertEqual((73.33, 50), (visit.customer_amount, float(total(row.coupon_amount for row in visit.items))))
		actions.give_coupon_back(VISIT, visit.name, second.code)
		visit.reload()
		self.assertEqual([10, 0], [row.discount_amount for row in visit.items])
		self.assertEqual({}, {name: amount for name, amount in costs_of([self.customer]).items() if amount})
		self.redeem(self.visit(), first)

	def test_one_that_fits_no_line_any_more_is_given_back_first(self):
		part = make_part("T-BELT", 80, 30)
		free = make_coupon_offer("T-Free", coupon_kind="Item", part=part, combinable=1).name
		both = make_coupon_offer("T-Both", combinable=1).name
		visit = self.visit(item(unit_price=100), item("Part", part=part, unit_price=80))
		first, second = self.coupon(offer=both), self.coupon(offer=free)
		self.redeem(visit, first)
		self.redeem(visit, second)
		visit.items[1].part = make_part("T-OTHER", 80, 30)
		visit.save()
		with self.refused(f"give coupon .*{second.code}.* back first"):
			actions.give_coupon_back(VISIT, visit.name, first.code)
		for coupon in (second, first):
			actions.give_coupon_back(VISIT, visit.name, coupon.code)
		visit.reload()
		self.assertEqual(180, visit.customer_amount)

	def test_on_a_settled_bill_nothing_changes(self):
		visit, coupon = self.visit(), self.coupon()
		self.redeem(visit, coupon)
		settle(visit)
		with self.refused("while the bill is open"):
			actions.give_coupon_back(VISIT, visit.name, coupon.code)
		with self.refused("while the bill is open"):
			self.redeem(visit, self.coupon())
		self.assertEqual(250, frappe.db.get_value(VISIT, visit.name, "customer_amount"))

	def test_a_cancelled_visit_gives_its_coupons_back(self):
		visit, coupon = self.visit(), self.coupon()
		self.redeem(visit, coupon)
		move(visit, "Cancelled")
		self.assertEqual("Usable", frappe.db.get_value("C4S Coupon", coupon.name, "status"))
		self.assertEqual(300, frappe.db.get_value(VISIT, visit.name, "customer_amount"))

	def test_a_visit_on_which_one_was_redeemed_is_not_deleted(self):
		visit = self.redeem(self.visit(), self.coupon())
		with self.assertRaises(frappe.LinkExistsError):
			frappe.delete_doc(VISIT, visit.name)

	def test_a_line_with_a_coupon_is_not_changed_away_under_it(self):
		visit = self.redeem(self.visit(item(unit_price=100), item(unit_price=100)), self.coupon())
		for change in ({"payer": "Warranty"}, {"discount_amount": 1}):
			visit.reload()
			visit.items[0].update(change)
			with self.subTest(change), self.refused("give the coupon back before"):
				visit.save()
		visit.reload()
		with self.refused("give the coupon back before"):
			approve(visit, **{visit.items[0].name: "Declined"})
		visit.reload()
		visit.set("items", visit.items[1:])
		with self.refused("give the coupon back before"):
			visit.save()

	def test_nobody_writes_by_hand_what_coupons_took_off(self):
		visit = self.visit(item(unit_price=100, coupon_amount=40))
		visit.items[0].coupon_amount = 30
		visit.save()
		self.assertEqual(0, frappe.db.get_value("C4S Service Item", visit.items[0].name, "coupon_amount"))

	def test_it_is_a_cost_of_the_customer_once(self):
		self.redeem(self.visit(), self.coupon())
		self.assertEqual({self.customer: 50}, costs_of([self.customer]))

	def test_the_form_offers_what_the_customer_has_for_it(self):
		visit, here = self.visit(), self.coupon()
		elsewhere = make_coupon_offer("T-Elsewhere", stores=[{"dealership": make_dealership("COUPON-2").name}]).name
		for values in ({"offer": elsewhere}, {"offer": make_coupon_offer("T-Car", amount=10, used_on="Deal").name}, {"valid_from": add_days(nowdate(), 1)}):
			self.coupon(**values)
		self.assertEqual([here.code], [row["code"] for row in actions.coupons_of_bill(VISIT, visit.name)["has"]])

	def test_a_colleague_of_another_store_redeems_nothing_on_our_visit(self):
		visit, coupon = self.visit(), self.coupon()
		with as_user(make_user("Service Advisor", [make_dealership("COUPON-2").name])), self.assertRaises(frappe.PermissionError):
			actions.redeem_coupon(VISIT, visit.name, coupon.code)
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertEqual(50, actions.redeem_coupon(VISIT, visit.name, coupon.code)["amount"])
			self.assertEqual(coupon.code, actions.coupons_of_bill(VISIT, visit.name)["redeemed"][0]["code"])


class TestOnDeals(CouponTestCase):
	def setUp(self):
		super().setUp()
		self.offer = make_coupon_offer("T-Car", amount=1000, used_on="Deal").name
		self.deal = make_deal(customer=self.customer, dealership=self.store, discount_amount=500)

	def test_it_is_part_of_the_discount(self):
		before = self.deal.total_amount
		self.redeem(self.deal, self.coupon(offer=self.offer))
		self.assertEqual((1500, 1000, before - 1000), (self.deal.discount_amount, self.deal.coupon_amount, self.deal.total_amount))

	def test_the_discount_is_not_lowered_below_it(self):
		self.redeem(self.deal, self.coupon(offer=self.offer))
		self.deal.discount_amount = 999
		with self.refused("before you lower the discount"):
			self.deal.save()

	def test_given_back_or_cancelled_it_counts_again(self):
		coupon = self.coupon(offer=self.offer)
		self.redeem(self.deal, coupon)
		actions.give_coupon_back(DEAL, self.deal.name, coupon.code)
		self.deal.reload()
		self.assertEqual((500, 0), (self.deal.discount_amount, self.deal.coupon_amount))
		self.redeem(self.deal, coupon)
		self.deal.update({"cancellation_reason": frappe.get_all("C4S Defeat Reason", pluck="name", limit=1)[0]})
		move(self.deal, "Cancelled")
		self.assertEqual("Usable", frappe.db.get_value("C4S Coupon", coupon.name, "status"))
		self.assertEqual(500, frappe.db.get_value(DEAL, self.deal.name, "discount_amount"))
