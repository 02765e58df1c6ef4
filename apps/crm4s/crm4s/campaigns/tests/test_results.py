"""What counts as a response, for which campaign, and the figures that follow."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.campaigns import api, attribution, costs, jobs, results
from crm4s.campaigns.tests.test_audience import CampaignTestCase
from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import fresh, in_status, make_campaign
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_service_package.test_c4s_service_package import make_package
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit, settle
from crm4s.tests.people import as_user, make_user

CAMPAIGN, MEMBER, RESPONSE, RESULT = "C4S Campaign", "C4S Campaign Member", "C4S Campaign Response", "C4S Campaign Result"
VISIT, DEAL = "C4S Service Visit", "C4S Deal"


class ResultTestCase(CampaignTestCase):
	def reached(self, *customers: str, days_ago: float = 10, arm: str = "Contact", campaign=None, **values):
		"""A running campaign that reached these customers so many days ago."""
		campaign = campaign or in_status(make_campaign(**values), "Running")
		moment = add_to_date(now_datetime(), hours=-24 * days_ago)
		frappe.db.set_value(CAMPAIGN, campaign.name, "launched_on", moment)
		for customer in customers:
			row = {"campaign": campaign.name, "customer": customer, "arm": arm, "dealership": self.store, "counted_from": moment}
			frappe.get_doc({"doctype": MEMBER, "name": frappe.generate_hash(length=16), **row}).db_insert()
		return campaign

	def visited(self, customer: str, days_ago: float = 5, price: float = 500, **values):
		"""A settled visit; half of the price is margin."""
		items = [{"item_kind": "Labour", "item_name": "保养", "quantity": 1, "unit_price": price, "unit_cost": price / 2, "payer": "Customer", **values.pop("item", {})}]
		visit = settle(make_service_visit(dealership=self.store, customer=customer, items=items, **values))
		settled_on = add_to_date(now_datetime(), hours=-24 * days_ago)
		frappe.db.set_value(VISIT, visit.name, {"settled_on": settled_on, "total_amount": price, "margin": price / 2})
		return visit

	def responses(self, campaign) -> set[str]:
		attribution.find(campaign.name)
		return set(frappe.get_all(RESPONSE, {"campaign": campaign.name}, pluck="reference_name"))


class TestAttribution(ResultTestCase):
	def test_what_comes_within_the_days_counts(self):
		customer = self.customer()
		campaign = self.reached(customer, days_ago=10, window_days=7)
		first, last = self.visited(customer, 10 - 1 / 24), self.visited(customer, 3 + 1 / 24)
		self.visited(customer, 10 + 1 / 24)
		self.visited(customer, 3 - 1 / 24)
		self.visited(self.customer(), 5)
		self.assertEqual({first.name, last.name}, self.responses(campaign))

	def test_open_visits_do_not_count_and_reopened_ones_no_more(self):
		customer = self.customer()
		campaign, visit = self.reached(customer), self.visited(customer)
		self.assertEqual({visit.name}, self.responses(campaign))
		frappe.db.set_value(VISIT, visit.name, {"status": "Open", "settled_on": None})
		self.assertEqual(set(), self.responses(campaign))

	def test_leads_and_deals_count_where_the_campaign_says_so(self):
		customer = self.customer()
		lead = make_lead(dealership=self.store, customer=customer, received_on=add_to_date(now_datetime(), days=-5))
		delivered = {"status": "Delivered", "delivered_on": add_to_date(now_datetime(), days=-5), "total_amount": 200000, "margin": 9000}
		deal = frappe.get_doc({"doctype": DEAL, "name": "DL-T000001", "customer": customer, "dealership": self.store, **delivered})
		deal.db_insert()
		campaign = self.reached(customer)
		self.assertEqual({lead.name, deal.name}, self.responses(campaign))
		frappe.db.set_value(CAMPAIGN, campaign.name, "counts_leads", 0)
		self.assertEqual({deal.name}, self.responses(campaign))

	def test_a_free_inspection_counts_visits_with_its_package(self):
		package, customer = make_package("T-免费检测").name, self.customer()
		campaign = self.reached(customer, kind="Free Inspection", visit_package=package)
		visit = self.visited(customer)
		self.visited(customer)
		frappe.db.set_value("C4S Service Item", {"parent": visit.name}, "package", package)
		self.assertEqual({visit.name}, self.responses(campaign))

	def test_a_response_belongs_to_the_campaign_that_came_last_before_it(self):
		customer = self.customer()
		earlier, later = self.reached(customer, days_ago=10), self.reached(customer, days_ago=6)
		between, after = self.visited(customer, 8), self.visited(customer, 5)
		for _time in range(2):
			self.assertEqual({between.name}, self.responses(earlier))
			self.assertEqual({after.name}, self.responses(later))

	def test_a_later_campaign_takes_a_response_over_and_both_orders_end_alike(self):
		customer = self.customer()
		earlier = self.reached(customer, days_ago=10)
		visit = self.visited(customer, 5)
		self.assertEqual({visit.name}, self.responses(earlier))
		later = self.reached(customer, days_ago=6, arm="Hold-Out")
		for order in ((earlier, later), (later, earlier)):
			for campaign in order:
				self.responses(campaign)
			rows = frappe.get_all(RESPONSE, {"reference_name": visit.name}, ["campaign", "arm"])
			self.assertEqual([(later.name, "Hold-Out")], [(row.campaign, row.arm) for row in rows])

	def test_a_campaign_whose_days_are_over_leaves_responses_to_the_earlier_one(self):
		customer = self.customer()
		earlier, later = self.reached(customer, days_ago=20), self.reached(customer, days_ago=15, window_days=3)
		visit = self.visited(customer, 5)
		self.assertEqual(({visit.name}, set()), (self.responses(earlier), self.responses(later)))


class TestFigures(ResultTestCase):
	def counted(self):
		with as_user("Administrator"):
			campaign = self.reached(self.customer())
			results.recount(campaign.name)
		return campaign

	def test_each_group_has_its_customers_responders_and_margin(self):
		contacted, held_out = [self.customer() for _each in range(3)], [self.customer() for _each in range(2)]
		campaign = self.reached(*contacted)
		self.reached(*held_out, arm="Hold-Out", campaign=campaign)
		self.visited(contacted[0], price=500)
		self.visited(contacted[0], price=300)
		self.visited(held_out[0], price=200)
		for _time in range(2):
			results.recount(campaign.name)
		arms = results.groups_of([campaign.name])[campaign.name]
		contact, other = arms["Contact"], arms["Hold-Out"]
		self.assertEqual((3, 1, 2, 800, 400, 160_000), tuple(contact[key] for key in ("members", "responders", "visits", "revenue", "margin", "margin_squares")))
		self.assertEqual((2, 1, 1, 200, 100), tuple(other[key] for key in ("members", "responders", "visits", "revenue", "margin")))
		campaign = fresh(campaign)
		self.assertEqual(1, campaign.reached)
		shown = results.of_campaign(campaign)
		self.assertEqual("Not Enough Held Out to Tell", shown["verdict"])
		# 400 of three contacted against 100 of two held out, on three customers.
		self.assertAlmostEqual(400 - 150, shown["extra_margin"])

	def test_the_return_is_the_extra_margin_less_all_costs(self):
		customer = self.customer()
		campaign = self.reached(customer)
		self.visited(customer, price=5000)
		campaign = fresh(campaign)
		campaign.append("costs", {"what": "场地", "amount": 600})
		campaign.save()
		results.recount(campaign.name)
		shown = results.of_campaign(fresh(campaign))
		self.assertEqual((600, 1900), (shown["costs"]["total"], shown["returned"]))
		self.assertEqual(600, frappe.db.get_value(CAMPAIGN, campaign.name, "actual_cost"))

	def test_messages_gifts_coupons_and_invoices_make_the_cost(self):
		customer = self.customer()
		campaign = self.reached(customer)
		row = {"name": "T-COST-1", "customer": customer}
		frappe.get_doc({"doctype": "C4S Message", **row, "reference_doctype": CAMPAIGN, "reference_name": campaign.name, "cost": 0.05}).db_insert()
		frappe.get_doc({"doctype": "C4S Gift Hand-Out", **row, "campaign": campaign.name, "status": "Handed Out", "unit_cost": 12}).db_insert()
		for name, status in (("T-C1", "Redeemed"), ("T-C2", "Usable")):
			coupon = {"doctype": "C4S Coupon", "name": name, "code": name, "status": status, "amount": 50}
			frappe.get_doc({**coupon, "source_key": f"campaign|{campaign.name}|{name}"}).db_insert()
		self.assertEqual({"messages": 0.05, "gifts": 12, "coupons": 50, "invoices": 0, "total": 62.05}, costs.spent(campaign.name))

	def test_the_night_counts_campaigns_that_may_still_change(self):
		current = self.reached(self.customer())
		over = self.reached(self.customer())
		frappe.db.set_value(CAMPAIGN, over.name, {"starts_on": "2020-01-01", "ends_on": "2020-01-31", "launched_on": "2020-01-01", "status": "Ended"})
		jobs.recount()
		self.assertTrue(frappe.db.get_value(CAMPAIGN, current.name, "results_on"))
		self.assertFalse(frappe.db.get_value(CAMPAIGN, over.name, "results_on"))

	def test_a_store_sees_the_figures_of_its_customers_only(self):
		region = make_dealership("CAMPAIGN-R", node_kind="Region").name
		one = make_dealership("CAMPAIGN-R1", parent=region).name
		campaign = self.reached(self.customer(), dealership=region)
		results.recount(campaign.name)
		with as_user(make_user("CRM Manager", [one])):
			state = api.state_of(campaign.name)
			self.assertEqual(([], {}, False), (state["steps"], state["results"]["contact"], state["whole"]))
			self.assertEqual([], frappe.get_list(RESULT, {"campaign": campaign.name}))
		with as_user(make_user("CRM Specialist", [self.store])):
			shown = api.state_of(self.counted().name)["results"]
			self.assertEqual((False, 1), (shown["with_money"], shown["contact"]["members"]))
			self.assertFalse({"margin", "revenue", "extra_margin", "returned", "costs"} & {*shown, *shown["contact"]})
		with as_user(make_user("Receptionist", [one])):
			self.assertIsNone(api.state_of(campaign.name)["results"])
