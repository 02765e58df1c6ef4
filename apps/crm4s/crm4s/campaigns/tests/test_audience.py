"""Who takes part, in which group, and what the preview says of them."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.campaigns import api, audience, preview
from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import in_status, make_campaign
from crm4s.crm4s.doctype.c4s_consent.test_c4s_consent import make_consent
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import CampaignError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

MEMBER, STORE = "C4S Campaign Member", "CAMPAIGN-1"
PHONES = iter(range(13900140000, 13900149999))


class CampaignTestCase(FrappeTestCase):
	"""A store of its own whose customers the test makes; everything is rolled back."""

	def setUp(self):
		self.store = make_dealership(STORE).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def customer(self, store: str | None = None, **values) -> str:
		return make_customer(store=store or self.store, **values).name

	def reachable(self, **values) -> str:
		"""One who may be sent offers by SMS."""
		name = self.customer(phone=str(next(PHONES)), **values)
		make_consent(name, purpose="Offers and Events")
		return name

	def segment(self, *customers: str, dealership: str | None = None) -> str:
		segment = frappe.get_doc({"doctype": "C4S Segment", "segment_name": "T-List", "kind": "List", "dealership": dealership or self.store}).insert()
		for customer in customers:
			row = {"doctype": "C4S Segment Member", "segment": segment.name, "customer": customer, "added_on": now_datetime()}
			frappe.get_doc({**row, "name": frappe.generate_hash(length=16)}).db_insert()
		return segment.name

	def members(self, campaign) -> dict[str, str]:
		"""Customer → group."""
		return dict(frappe.get_all(MEMBER, {"campaign": campaign.name}, ["customer", "arm"], as_list=True))


class TestPrepare(CampaignTestCase):
	def test_everybody_of_the_store_takes_part_once(self):
		own, other = {self.customer() for _each in range(3)}, self.customer(make_dealership("CAMPAIGN-2").name)
		closed = self.customer(disabled=1)
		campaign = make_campaign()
		for _time in range(2):
			audience.prepare(campaign.name)
		members = self.members(campaign)
		self.assertLessEqual(own, set(members))
		self.assertFalse({other, closed} & set(members))
		campaign.reload()
		self.assertEqual((len(members), 0), (campaign.members_contacted, campaign.members_held_out))

	def test_segments_invite_and_leave_out(self):
		first, second, third, single = (self.customer() for _each in range(4))
		stranger = self.customer(make_dealership("CAMPAIGN-2").name)
		rows = [
			{"segment": self.segment(first, second, stranger), "membership": "Invited"},
			{"segment": self.segment(third), "membership": "Invited"},
			{"segment": self.segment(second), "membership": "Left Out"},
		]
		campaign = make_campaign(all_customers=0, segments=rows, customers=[{"customer": single}])
		audience.prepare(campaign.name)
		self.assertEqual({first, third, single}, set(self.members(campaign)))

	def test_a_campaign_that_invites_nobody_is_refused(self):
		campaign = make_campaign(all_customers=0)
		with self.assertRaisesRegex(CampaignError, "Say whom the campaign invites"):
			audience.prepare(campaign.name)

	def test_nobody_changes_the_group_when_the_audience_is_prepared_again(self):
		for _each in range(20):
			self.customer()
		campaign = make_campaign(hold_out_percent=40)
		audience.prepare(campaign.name)
		before = self.members(campaign)
		newcomer = self.customer()
		with patch.object(audience, "SLICE", 3):
			audience.prepare(campaign.name)
		after = self.members(campaign)
		self.assertEqual({newcomer}, set(after) - set(before))
		self.assertEqual(before, {customer: after[customer] for customer in before})
		self.assertEqual({"Contact", "Hold-Out"}, set(after.values()))

	def test_a_run_that_was_killed_is_taken_up(self):
		customers = {self.customer() for _each in range(5)}
		campaign = make_campaign()
		add, calls = audience._add, []

		def fail_at_the_third(*arguments):
			calls.append(arguments)
			if len(calls) == 3:
				raise RuntimeError("killed")
			add(*arguments)

		with patch.object(audience, "SLICE", 2), patch.object(audience, "_add", fail_at_the_third), self.assertRaises(RuntimeError):
			audience.prepare(campaign.name)
		audience.prepare(campaign.name)
		self.assertLessEqual(customers, set(self.members(campaign)))

	def test_each_is_written_to_in_the_name_of_a_store_that_takes_part(self):
		region = make_dealership("CAMPAIGN-R", node_kind="Region").name
		inside, outside = make_dealership("CAMPAIGN-R1", parent=region).name, make_dealership("CAMPAIGN-2").name
		customer = self.customer(inside)
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": customer, "dealership": outside, "since": "2099-01-01"}).insert()
		campaign = make_campaign(dealership=region)
		audience.prepare(campaign.name)
		self.assertEqual(inside, frappe.db.get_value(MEMBER, {"campaign": campaign.name, "customer": customer}, "dealership"))

	def test_an_ended_campaign_takes_nobody_up(self):
		campaign = in_status(make_campaign(), "Ended")
		with self.assertRaisesRegex(CampaignError, "audience stays as it is"):
			audience.prepare(campaign.name)

	def test_more_customers_ask_no_more_queries(self):
		campaign = make_campaign()
		self.customer()
		with counted_queries() as few:
			audience.prepare(campaign.name)
		for _each in range(5):
			self.customer()
		with counted_queries() as many:
			audience.prepare(campaign.name)
		self.assertLessEqual(len(many), len(few))


class TestPreview(CampaignTestCase):
	def campaign(self, *channels: str, **values):
		rows = [{"channel": channel} for channel in channels or ("SMS", "Desk Task")]
		return make_campaign(channels=rows, template="活动邀请", **values)

	def switch_on(self, channel: str, cost: float = 0):
		frappe.db.set_value("C4S Message Channel", {"channel_kind": channel}, {"enabled": 1, "cost_per_message": cost, "characters_per_message": 500})

	def test_it_says_whom_each_channel_would_reach_and_why_not_the_others(self):
		for channel in ("SMS", "Desk Task"):
			self.switch_on(channel, 0.05)
		invited = [self.reachable(), self.reachable(), self.customer(phone=str(next(PHONES))), self.customer()]
		campaign = self.campaign("SMS", all_customers=0, customers=[{"customer": name} for name in invited])
		found = preview.count(campaign.name)
		self.assertEqual((4, 4, 0, 2), (found["customers"], found["to_contact"], found["held_out"], found["unreachable"]))
		self.assertEqual([{"channel": "SMS", "reachable": 2, "used": 2}], found["by_channel"])
		reasons = {row["reason"]: row["customers"] for row in found["reasons"]}
		self.assertEqual({"SMS: the customer has given no consent.": 1, "SMS: the customer has no address for it.": 1}, reasons)
		self.assertAlmostEqual(0.1, found["expected_cost"], 2)
		self.assertEqual(found, frappe.parse_json(frappe.db.get_value("C4S Campaign", campaign.name, "preview_json")))

	def test_it_says_as_of_when_the_members_of_segments_are_known(self):
		segment = self.segment(self.customer())
		campaign = self.campaign(all_customers=0, segments=[{"segment": segment, "membership": "Invited"}])
		self.assertEqual([{"title": "T-List", "refreshed_on": None}], preview.count(campaign.name)["segments"])
		frappe.db.set_value("C4S Segment", segment, "refreshed_on", "2026-11-20 02:00:00")
		self.assertEqual("2026-11-20 02:00:00", preview.count(campaign.name)["segments"][0]["refreshed_on"])

	def test_nothing_is_written_but_the_figures(self):
		self.reachable()
		campaign = self.campaign()
		preview.count(campaign.name)
		self.assertEqual({}, self.members(campaign))

	def test_the_sample_shows_customers_of_the_readers_stores_only(self):
		region = make_dealership("CAMPAIGN-R", node_kind="Region").name
		one, two = (make_dealership(code, parent=region).name for code in ("CAMPAIGN-R1", "CAMPAIGN-R2"))
		mine, theirs = self.customer(one), self.customer(two)
		invited = [{"segment": self.segment(mine, theirs, dealership=region), "membership": "Invited"}]
		campaign = make_campaign(dealership=region, all_customers=0, segments=invited)
		self.assertEqual({mine, theirs}, {row["name"] for row in api.sample(campaign.name)})
		with as_user(make_user("CRM Manager", [one])), self.assertRaises(frappe.PermissionError):
			api.sample(campaign.name)

	def test_another_stores_people_prepare_and_count_nothing(self):
		campaign = make_campaign()
		with as_user(make_user("CRM Manager", [make_dealership("CAMPAIGN-2").name])):
			for method in (api.prepare, api.count, api.sample, api.recount):
				self.assertRaises(frappe.PermissionError, method, campaign.name)
			self.assertRaises(frappe.PermissionError, api.move, campaign.name, "Ready to Start")
			self.assertRaises(frappe.PermissionError, api.state_of, campaign.name)
			self.assertRaises(frappe.PermissionError, api.add_customers, campaign.name, [])

	def test_customers_are_invited_from_the_list_once(self):
		first, second = self.customer(), self.customer()
		campaign = make_campaign(all_customers=0)
		self.assertEqual(2, api.add_customers(campaign.name, [first, second, first]))
		self.assertEqual(0, api.add_customers(campaign.name, [second]))
		stranger = self.customer(make_dealership("CAMPAIGN-2").name)
		with as_user(make_user("CRM Specialist", [self.store])):
			self.assertEqual(0, api.add_customers(campaign.name, [stranger]))
