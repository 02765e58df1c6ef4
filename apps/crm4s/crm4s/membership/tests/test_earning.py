"""Points for visits and deals: what earns, once, and back again."""

import frappe
import pandas as pd
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import deliver, make_deliverable_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_membership_tier.test_c4s_membership_tier import only_tiers
from crm4s.crm4s.doctype.c4s_points_rule.test_c4s_points_rule import make_rule, only_rule
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import approve, item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.intake.visits import take_in_visits
from crm4s.membership import jobs
from crm4s.membership.ledger import ENTRY, MEMBERSHIP, REDEEM, Posting, post
from crm4s.tests.processes import bring_to
from crm4s.tests.queries import counted_queries


class EarningTestCase(FrappeTestCase):
	def setUp(self):
		jobs.PROGRESS.forget()
		self.store = make_dealership("EARN-1").name
		self.customer = make_customer(store=self.store).name
		self.member = make_member(self.customer).name
		only_tiers()
		only_rule()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def visit(self, *items: dict, **values):
		return make_service_visit(**{"dealership": self.store, "customer": self.customer, "items": list(items) or [item(unit_price=300)], **values})

	def balance(self) -> int:
		return frappe.db.get_value(MEMBERSHIP, self.member, "balance")

	def entries(self) -> list[tuple]:
		rows = frappe.get_all(ENTRY, {"membership": self.member}, ["entry_kind", "points"], order_by="creation, points", as_list=True)
		return [tuple(row) for row in rows]


class TestVisits(EarningTestCase):
	def test_a_settled_visit_earns_and_a_second_save_does_not(self):
		visit = self.visit()
		self.assertEqual(0, self.balance())
		settle(visit)
		visit.reload()
		visit.save()
		self.assertEqual(300, self.balance())
		entry = frappe.get_last_doc(ENTRY, {"membership": self.member})
		self.assertEqual((visit.name, self.store, "T-Rule"), (entry.reference_name, entry.dealership, entry.rule))

	def test_only_what_the_customer_pays_and_did_not_decline_counts(self):
		rows = [item(unit_price=100), item(unit_price=1000, payer="Warranty"), item(unit_price=500)]
		visit = self.visit(*rows)
		approve(visit, **{visit.items[2].name: "Declined"})
		visit.reload()
		settle(visit)
		self.assertEqual(100, self.balance())

	def test_rules_for_kinds_of_work_visits_and_days(self):
		only_rule("T-Labour", amount_of="Labour")
		make_rule("T-Counter", visit_kind="Counter Sale", points=0, fixed_points=7)
		make_rule("T-Over", valid_until=add_days(nowdate(), -2))
		make_rule("T-Bonus", points=0, fixed_points=50)
		settle(self.visit(item(unit_price=100), item("Part", unit_price=40)))
		self.assertEqual(150, self.balance())

	def test_the_factor_of_the_tier_counts_where_the_rule_says_so(self):
		only_tiers(("T-Gold", 9100, {"multiplier": 1.5}))
		frappe.db.set_value(MEMBERSHIP, self.member, "tier", "T-Gold")
		only_rule(use_tier_factor=1)
		settle(self.visit(item(unit_price=101)))
		self.assertEqual(151, self.balance())

	def test_points_last_as_long_as_the_rule_says_from_the_day_of_the_bill(self):
		only_rule(valid_months=12)
		visit = settle(self.visit())
		entry = frappe.get_last_doc(ENTRY, {"membership": self.member})
		self.assertEqual(getdate(frappe.utils.add_months(getdate(visit.settled_on), 12)), entry.expires_on)

	def test_who_is_no_member_or_was_none_then_earns_nothing(self):
		frappe.db.set_value(MEMBERSHIP, self.member, "since", add_days(nowdate(), 1))
		settle(self.visit())
		frappe.db.set_value(MEMBERSHIP, self.member, {"since": "2020-01-01", "status": "Ended"})
		settle(self.visit())
		self.assertEqual([], self.entries())

	def test_opened_again_it_gives_back_exactly_what_it_earned_and_earns_anew(self):
		visit = settle(self.visit())
		settle(self.visit(item(unit_price=50)))
		frappe.db.set_value("C4S Points Rule", "T-Rule", "points", 2)
		visit.reload()
		bring_to(visit, "Open")
		self.assertEqual(50, self.balance())
		visit.reload()
		settle(visit)
		self.assertEqual(650, self.balance())
		self.assertEqual([("Earn", 50), ("Earn", 300), ("Earn", 600), ("Reverse", -300)], sorted(self.entries()))

	def test_opened_again_after_the_points_were_spent_it_leaves_a_debt_and_shows_none(self):
		visit = settle(self.visit())
		post([Posting(self.member, REDEEM, "gift", 200)])
		visit.reload()
		bring_to(visit, "Open")
		self.assertEqual((0, 200), tuple(frappe.db.get_value(MEMBERSHIP, self.member, ["balance", "debt"])))
		visit.reload()
		settle(visit)
		self.assertEqual((100, 0), tuple(frappe.db.get_value(MEMBERSHIP, self.member, ["balance", "debt"])))


class TestDeals(EarningTestCase):
	def test_a_delivered_deal_earns(self):
		only_rule("T-Deal", earn_on="Delivered Deal", per_amount=100, deal_kind="New Car")
		make_rule("T-Used", earn_on="Delivered Deal", per_amount=1, deal_kind="Used Car")
		deal = deliver(make_deliverable_deal(customer=self.customer, dealership=self.store))
		self.assertEqual(int(deal.price_amount // 100), self.balance())
		deal.save()
		self.assertEqual(1, len(self.entries()))


class TestIntake(EarningTestCase):
	def take_in(self, *keys: str, **values):
		visits = [
			{
				"external_key": f"EARN:{key}",
				"dealership": self.store,
				"customer": self.customer,
				"vehicle": self.car,
				"visit_kind": "Workshop",
				"status": "Settled",
				"arrived_on": now_datetime().replace(microsecond=0) - pd.Timedelta(hours=3),
				"settled_on": now_datetime().replace(microsecond=0) - pd.Timedelta(hours=1),
				**values,
			}
			for key in keys
		]
		items = [{"external_key": f"EARN:{key}", "item_kind": "Labour", "item_name": "保养", "quantity": 1, "unit_price": 120} for key in keys]
		outcome = take_in_visits(pd.DataFrame(visits), pd.DataFrame(items), commit=False)
		self.assertFalse(outcome.errors if hasattr(outcome, "errors") else [], outcome)

	def setUp(self):
		super().setUp()
		self.car = make_vehicle().name

	def test_what_came_in_by_intake_earns_in_the_night_and_once(self):
		self.take_in("1", "2")
		self.assertEqual(0, self.balance())
		self.assertEqual(2, jobs.earn_missed())
		self.assertEqual(0, jobs.earn_missed())
		self.assertEqual(240, self.balance())

	def test_what_intake_opens_again_is_taken_back(self):
		self.take_in("1")
		jobs.earn_missed()
		self.take_in("1", status="Open", settled_on=None)
		self.assertEqual(1, jobs.earn_missed())
		self.assertEqual(0, self.balance())

	def test_nor_does_it_stay_with_whom_the_visit_does_not_belong_to_any_more(self):
		self.take_in("1")
		jobs.earn_missed()
		self.take_in("1", status="Open", settled_on=None)
		self.take_in("1", status="Open", settled_on=None, customer=make_customer(store=self.store).name)
		self.assertEqual(1, jobs.earn_missed())
		self.assertEqual(0, self.balance())

	def test_the_night_does_not_repeat_what_the_form_did(self):
		settle(self.visit())
		self.assertEqual(0, jobs.earn_missed())
		self.assertEqual(300, self.balance())

	def test_many_visits_take_no_more_queries_than_few(self):
		self.take_in("1", "2")
		with counted_queries() as few:
			jobs.earn_missed()
		jobs.PROGRESS.forget()
		self.take_in(*[str(number) for number in range(3, 20)])
		with counted_queries() as many:
			self.assertEqual(17, jobs.earn_missed())
		self.assertLessEqual(len(many), len(few) + 2)


class TestTiers(EarningTestCase):
	def setUp(self):
		super().setUp()
		tiers = ("T-Silver", 9201, {"review_months": 0}), ("T-Gold", 9202, {"threshold": 500}), ("T-Spender", 9203, {"basis": "Service Spending", "threshold": 2000})
		only_tiers(*tiers)

	def tier(self) -> tuple:
		return tuple(frappe.db.get_value(MEMBERSHIP, self.member, ["tier", "review_on"]))

	def test_a_new_member_begins_in_the_tier_that_asks_for_nothing(self):
		self.assertEqual("T-Silver", make_member().tier)

	def test_who_has_the_points_rises_at_once(self):
		settle(self.visit(item(unit_price=499)))
		self.assertEqual("T-Silver", self.tier()[0])
		settle(self.visit(item(unit_price=1)))
		self.assertEqual(("T-Gold", getdate(frappe.utils.add_months(nowdate(), 12))), self.tier())
		settle(self.visit(item(unit_price=1500)))
		self.assertEqual("T-Spender", self.tier()[0])

	def test_points_that_were_taken_back_do_not_raise(self):
		visit = settle(self.visit(item(unit_price=499)))
		visit.reload()
		bring_to(visit, "Open")
		settle(self.visit(item(unit_price=400)))
		self.assertNotEqual("T-Gold", self.tier()[0])

	def test_a_tier_is_kept_until_its_review_and_then_as_reached(self):
		visit = settle(self.visit(item(unit_price=600)))
		visit.reload()
		bring_to(visit, "Open")
		self.assertEqual(0, jobs.review_tiers())
		self.assertEqual("T-Gold", self.tier()[0])
		frappe.db.set_value(MEMBERSHIP, self.member, "review_on", nowdate())
		self.assertEqual(1, jobs.review_tiers())
		self.assertEqual(("T-Silver", None), self.tier())
		self.assertEqual(0, jobs.review_tiers())

	def test_only_what_came_in_the_time_counts(self):
		settle(self.visit(item(unit_price=600)))
		frappe.db.set_value(ENTRY, {"membership": self.member}, "posted_on", add_days(nowdate(), -400))
		frappe.db.set_value(MEMBERSHIP, self.member, "review_on", nowdate())
		jobs.review_tiers()
		self.assertEqual("T-Silver", self.tier()[0])
