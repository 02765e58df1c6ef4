"""Rewards for points: stock, coupons, back again, and whom the desk lets do it."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_membership_tier.test_c4s_membership_tier import make_tier
from crm4s.crm4s.doctype.c4s_reward.test_c4s_reward import make_reward
from crm4s.exceptions import CouponError, PointsError
from crm4s.membership import actions
from crm4s.membership.ledger import ENTRY, MEMBERSHIP
from crm4s.relationship_costs import costs_of
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class RewardTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("REWARD-1").name
		self.customer = make_customer(store=self.store).name
		self.member = make_member(self.customer, points=250, enrolled_at=self.store).name
		self.mug = make_reward().name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def balance(self) -> int:
		return frappe.db.get_value(MEMBERSHIP, self.member, "balance")

	def stock(self) -> int:
		return frappe.db.get_value("C4S Reward", self.mug, "stock")


class TestRewards(RewardTestCase):
	def test_a_gift_costs_points_stock_and_money(self):
		answer = actions.redeem_reward(self.member, self.mug)
		self.assertEqual((150, 9, {self.customer: 30}), (self.balance(), self.stock(), costs_of([self.customer])))
		self.assertEqual((-100, self.mug), frappe.db.get_value(ENTRY, answer["entry"], ["points", "reference_name"]))

	def test_a_form_that_was_open_meanwhile_does_not_bring_the_old_stock_back(self):
		form = frappe.get_doc("C4S Reward", self.mug)
		actions.redeem_reward(self.member, self.mug)
		with self.assertRaises(frappe.TimestampMismatchError):
			form.update({"description": "蓝色"}).save()

	def test_the_same_request_is_done_once(self):
		first, second = (actions.redeem_reward(self.member, self.mug, request="press of the button") for _time in range(2))
		self.assertEqual((first, 150, 9), (second, self.balance(), self.stock()))

	def test_who_has_too_few_points_gets_nothing(self):
		make_reward(points_price=251)
		with self.assertRaisesRegex(PointsError, "has 250 points, and 251 are needed"):
			actions.redeem_reward(self.member, self.mug)
		self.assertEqual(10, self.stock())

	def test_what_is_gone_over_or_for_others_is_refused(self):
		make_tier("T-High", 9301)
		for values, sentence in (
			({"stock": 0}, "out of stock"),
			({"stock": 1, "enabled": 0}, "is not offered now"),
			({"enabled": 1, "valid_until": add_days(nowdate(), -1)}, "is not offered now"),
			({"valid_until": None, "least_tier": "T-High"}, "is for members from T-High on"),
		):
			make_reward(**values)
			with self.subTest(sentence), self.assertRaisesRegex(PointsError, sentence):
				actions.redeem_reward(self.member, self.mug)
		make_reward(least_tier=None)
		frappe.db.set_value(MEMBERSHIP, self.member, "status", "Ended")
		with self.assertRaisesRegex(PointsError, "has ended"):
			actions.redeem_reward(self.member, self.mug)

	def test_a_coupon_for_points(self):
		reward = make_reward("T-Coupon", reward_kind="Coupon", offer=make_coupon_offer().name, points_price=200).name
		answer = actions.redeem_reward(self.member, reward)
		coupon = frappe.get_doc("C4S Coupon", answer["coupon"])
		self.assertEqual((self.customer, "Usable", 50), (coupon.customer, coupon.status, self.balance()))

	def test_what_comes_back_gives_points_and_stock_back_once(self):
		entry = actions.redeem_reward(self.member, self.mug)["entry"]
		with self.assertRaisesRegex(frappe.MandatoryError, "Say why"):
			actions.take_back_reward(entry, " ")
		actions.take_back_reward(entry, "坏了")
		with self.assertRaisesRegex(PointsError, "taken back already"):
			actions.take_back_reward(entry, "坏了")
		self.assertEqual((250, 10, {self.customer: 0}), (self.balance(), self.stock(), costs_of([self.customer])))

	def test_a_coupon_that_was_used_does_not_come_back(self):
		reward = make_reward("T-Coupon", reward_kind="Coupon", offer=make_coupon_offer().name).name
		answer = actions.redeem_reward(self.member, reward)
		frappe.db.set_value("C4S Coupon", answer["coupon"], "status", "Redeemed")
		with self.assertRaisesRegex(CouponError, "redeemed already"):
			actions.take_back_reward(answer["entry"], "不想要了")

	def test_what_is_offered_says_what_is_possible(self):
		make_reward("T-Dear", points_price=5000)
		rows = {row["name"]: row["possible"] for row in actions.rewards_for(self.member)}
		self.assertEqual((True, False), (bool(rows[self.mug]), bool(rows["T-Dear"])))


class TestWhoMay(RewardTestCase):
	def test_an_advisor_redeems_and_gives_no_points(self):
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertEqual(250, actions.membership_of_customer(self.customer)["balance"])
			actions.redeem_reward(self.member, self.mug)
			with self.assertRaises(frappe.PermissionError):
				actions.give_points(self.member, 100, "朋友")
		self.assertEqual(150, self.balance())

	def test_a_manager_gives_points_with_a_reason_once(self):
		with as_user(make_user("CRM Manager", [self.store])):
			with self.assertRaisesRegex(frappe.MandatoryError, "Say why"):
				actions.give_points(self.member, 100, "")
			for _time in range(2):
				actions.give_points(self.member, 100, "道歉", valid_months=12, request="button")
		self.assertEqual(350, self.balance())
		entry = frappe.get_last_doc(ENTRY, {"membership": self.member, "reason": "道歉"})
		self.assertEqual(self.store, entry.dealership)

	def test_nothing_works_for_another_store(self):
		entry = actions.redeem_reward(self.member, self.mug)["entry"]
		with as_user(make_user("CRM Manager", [make_dealership("REWARD-2").name])):
			for call in (
				lambda: actions.membership_of_customer(self.customer),
				lambda: actions.enrol(self.customer),
				lambda: actions.give_points(self.member, 100, "x"),
				lambda: actions.rewards_for(self.member),
				lambda: actions.redeem_reward(self.member, self.mug),
				lambda: actions.take_back_reward(entry, "x"),
			):
				self.assertRaises(frappe.PermissionError, call)

	def test_a_receptionist_makes_a_member_once(self):
		customer = make_customer(store=self.store).name
		with as_user(make_user("Receptionist", [self.store])):
			names = {actions.enrol(customer) for _time in range(2)}
		self.assertEqual(1, len(names))
		self.assertEqual(self.store, frappe.db.get_value(MEMBERSHIP, names.pop(), "enrolled_at"))
