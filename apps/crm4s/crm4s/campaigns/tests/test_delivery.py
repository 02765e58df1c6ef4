"""From Draft to Ended: who may, who is contacted when, and what stops it."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, now_datetime, nowdate

from crm4s.campaigns import api, audience, delivery, jobs, preview
from crm4s.campaigns.tests.test_audience import PHONES, CampaignTestCase
from crm4s.care.tasks import open_call
from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import fresh, in_status, make_campaign
from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.exceptions import CampaignError
from crm4s.messages import worker
from crm4s.tests.people import as_user, make_user

CAMPAIGN, MEMBER, MESSAGE = "C4S Campaign", "C4S Campaign Member", "C4S Message"


class DeliveryTestCase(CampaignTestCase):
	def launched(self, *customers: str, **values):
		"""A campaign by SMS to these customers, launched and not yet delivered."""
		invited = [{"customer": customer} for customer in customers]
		channels = [{"channel": "SMS"}]
		values = {"all_customers": 0, "customers": invited, "channels": channels, "template": "活动邀请", **values}
		campaign = make_campaign(**values)
		audience.prepare(campaign.name)
		preview.count(campaign.name)
		for status in ("Ready to Start", "Running"):
			delivery.move(campaign.name, status)
		return fresh(campaign)

	def messages(self, campaign) -> dict[str, str]:
		"""Customer → status."""
		return dict(frappe.get_all(MESSAGE, {"reference_name": campaign.name}, ["customer", "status"], as_list=True))


class TestSteps(DeliveryTestCase):
	def test_a_campaign_goes_from_draft_to_ended(self):
		campaign = self.launched(self.reachable())
		self.assertEqual("Running", campaign.status)
		self.assertTrue(campaign.launched_on)
		for status in ("Paused", "Running", "Ended"):
			self.assertEqual(status, delivery.move(campaign.name, status).status)

	def test_steps_that_are_none_are_refused(self):
		campaign = make_campaign()
		for status in ("Running", "Ended", "Paused"):
			with self.assertRaisesRegex(CampaignError, "A campaign that is Draft does not become"):
				delivery.move(campaign.name, status)
		with self.assertRaisesRegex(CampaignError, "Prepare the audience first"):
			delivery.move(campaign.name, "Ready to Start")

	def test_only_who_may_write_the_budget_launches_and_stops(self):
		campaign = make_campaign(all_customers=0, customers=[{"customer": self.customer()}])
		audience.prepare(campaign.name)
		with as_user(make_user("CRM Specialist", [self.store])):
			self.assertEqual(["Ready to Start"], api.state_of(campaign.name)["steps"])
			api.move(campaign.name, "Ready to Start")
			for status in ("Running", "Cancelled"):
				self.assertRaises(frappe.PermissionError, api.move, campaign.name, status, "x")
		with as_user(make_user("CRM Manager", [self.store])), patch.object(frappe, "enqueue") as enqueued:
			api.move(campaign.name, "Running")
		self.assertEqual("deliver", enqueued.call_args.kwargs["what"])

	def test_messages_need_a_template(self):
		campaign = make_campaign(all_customers=0, customers=[{"customer": self.customer()}], channels=[{"channel": "SMS"}])
		audience.prepare(campaign.name)
		with self.assertRaisesRegex(CampaignError, "need a purpose and a template"):
			delivery.move(campaign.name, "Ready to Start")

	def test_nothing_is_launched_before_its_first_or_after_its_last_day(self):
		for first, last, sentence in ((1, 5, "begins on"), (-5, -1, "was to end on")):
			campaign = make_campaign(starts_on=add_days(nowdate(), first), ends_on=add_days(nowdate(), last))
			self.customer()
			audience.prepare(campaign.name)
			delivery.move(campaign.name, "Ready to Start")
			with self.assertRaisesRegex(CampaignError, sentence):
				delivery.move(campaign.name, "Running")

	def test_who_cancels_says_why(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Say why"):
			delivery.move(make_campaign().name, "Cancelled")

	def test_a_campaign_ends_after_its_last_day(self):
		over, last_day = (self.launched(self.customer(phone=str(next(PHONES)))) for _each in range(2))
		frappe.db.set_value(CAMPAIGN, over.name, {"starts_on": add_days(nowdate(), -9), "ends_on": add_days(nowdate(), -1)})
		frappe.db.set_value(CAMPAIGN, last_day.name, "ends_on", nowdate())
		jobs.end_finished()
		self.assertEqual(["Ended", "Running"], [frappe.db.get_value(CAMPAIGN, one.name, "status") for one in (over, last_day)])


class TestContact(DeliveryTestCase):
	def test_the_contacted_get_one_message_and_the_held_out_none(self):
		customers = [self.reachable() for _each in range(30)]
		campaign = self.launched(*customers, hold_out_percent=50)
		for _time in range(2):
			delivery.deliver(campaign.name)
		arms = self.members(campaign)
		contacted = {customer for customer, arm in arms.items() if arm == "Contact"}
		self.assertTrue(0 < len(contacted) < 30)
		self.assertEqual(dict.fromkeys(contacted, "To Be Sent"), self.messages(campaign))
		# Both groups are counted from the same moment.
		self.assertEqual(1, len(set(frappe.get_all(MEMBER, {"campaign": campaign.name}, pluck="counted_from"))))
		self.assertEqual(len(contacted), frappe.db.get_value(CAMPAIGN, campaign.name, "contacted_count"))

	def test_what_a_button_begins_in_the_background_is_told_when_it_is_done(self):
		campaign = self.launched(self.reachable())
		for what in ("count", "prepare", "deliver", "recount"):
			with patch.object(frappe, "publish_realtime") as told, patch.object(frappe, "publish_progress") as shown:
				api.in_background(what, campaign.name, "Administrator")
			self.assertEqual(("c4s_campaign_done", {"campaign": campaign.name, "what": what}), told.call_args.args)
			self.assertEqual(what != "recount", shown.called, what)
		self.assertEqual(1, len(self.messages(campaign)))
		self.assertTrue(fresh(campaign).results_on)

	def test_what_was_begun_is_carried_on(self):
		customers = [self.reachable() for _each in range(5)]
		campaign = self.launched(*customers)
		contact, slices = delivery._contact, []

		def killed_at_the_second(*arguments):
			slices.append(arguments)
			if len(slices) == 2:
				raise RuntimeError("killed")
			contact(*arguments)

		with patch.object(delivery, "SLICE", 2), patch.object(delivery, "_contact", killed_at_the_second), self.assertRaises(RuntimeError):
			delivery.deliver(campaign.name)
		self.assertEqual(2, len(self.messages(campaign)))
		jobs.carry_on()
		self.assertEqual(set(customers), set(self.messages(campaign)))

	def test_who_joins_the_audience_while_it_runs_is_contacted_too(self):
		first, second = self.reachable(), self.reachable()
		campaign = self.launched(first)
		delivery.deliver(campaign.name)
		campaign = fresh(campaign)
		campaign.append("customers", {"customer": second})
		campaign.save()
		audience.prepare(campaign.name)
		jobs.carry_on()
		self.assertEqual({first, second}, set(self.messages(campaign)))

	def test_a_paused_campaign_contacts_nobody_and_its_messages_wait(self):
		campaign = self.launched(self.reachable(), self.reachable())
		whose_turn = delivery._whose_turn
		with patch.object(delivery, "SLICE", 1), patch.object(delivery, "_whose_turn", side_effect=[whose_turn(campaign.name)[:1], []]):
			delivery.deliver(campaign.name)
		delivery.move(campaign.name, "Paused", "天气")
		self.assertEqual(0, delivery.deliver(campaign.name))
		self.assertFalse(self.due(campaign))
		delivery.move(campaign.name, "Running")
		self.assertTrue(self.due(campaign))
		self.assertEqual(1, delivery.deliver(campaign.name))

	def due(self, campaign) -> bool:
		"""Whether a worker would look at the messages now."""
		return all(moment <= now_datetime() for moment in frappe.get_all(MESSAGE, {"reference_name": campaign.name}, pluck="next_attempt_on"))

	def test_what_waits_of_a_cancelled_campaign_is_not_sent(self):
		campaign = self.launched(self.reachable())
		delivery.deliver(campaign.name)
		delivery.move(campaign.name, "Cancelled", "场地取消")
		self.assertEqual(["Suppressed"], list(self.messages(campaign).values()))
		self.assertEqual("场地取消", frappe.db.get_value(CAMPAIGN, campaign.name, "stopped_because"))

	def test_a_call_is_opened_for_the_customers_store(self):
		customer = self.reachable()
		frappe.db.set_value("C4S Message Channel", {"channel_kind": "Desk Task"}, "enabled", 1)
		campaign = self.launched(customer, channels=[{"channel": "Desk Task"}])
		delivery.deliver(campaign.name)
		(message,) = frappe.get_all(MESSAGE, {"reference_name": campaign.name}, pluck="name")
		with patch.object(worker, "BATCH", 1):
			frappe.db.set_value(MESSAGE, message, "next_attempt_on", "2000-01-01")
			worker.work_off(*worker.claim_due(1))
		task = frappe.db.get_value("C4S Care Task", {"customer": customer}, ["status", "dealership", "reference_name", "why"], as_dict=True)
		self.assertEqual(("Open", self.store, campaign.name), (task.status, task.dealership, task.reference_name))
		self.assertIn("春季服务月", task.why)

	def test_calls_of_a_cancelled_campaign_are_not_made(self):
		customer, other = self.reachable(), self.reachable()
		campaign = self.launched(customer, channels=[{"channel": "Desk Task"}])
		of = {"dealership": self.store, "why": "邀请"}
		task = open_call(customer=customer, reference_doctype=CAMPAIGN, reference_name=campaign.name, **of)
		kept = open_call(customer=other, **of)
		delivery.move(campaign.name, "Cancelled", "场地取消")
		self.assertEqual(["Cancelled", "Open"], [frappe.db.get_value("C4S Care Task", name, "status") for name in (task, kept)])
		self.assertIn("邀请 · ", frappe.db.get_value("C4S Care Task", task, "why"))

	def test_without_channels_nobody_is_written_to_and_all_are_counted(self):
		campaign = make_campaign(all_customers=0, customers=[{"customer": self.customer()}])
		audience.prepare(campaign.name)
		in_status(fresh(campaign), "Running")
		self.assertEqual(1, delivery.deliver(campaign.name))
		self.assertEqual({}, self.messages(campaign))


class TestCoupons(DeliveryTestCase):
	def test_each_contacted_gets_one_coupon_and_the_held_out_none(self):
		offer = make_coupon_offer("T-Campaign").name
		campaign = self.launched(*[self.reachable() for _each in range(20)], hold_out_percent=50, coupon_offer=offer)
		for _time in range(2):
			delivery.deliver(campaign.name)
		contacted = {customer for customer, arm in self.members(campaign).items() if arm == "Contact"}
		given = frappe.get_all("C4S Coupon", {"offer": offer}, ["customer", "dealership", "source_key"])
		self.assertEqual(contacted, {row.customer for row in given})
		self.assertEqual((len(contacted), {self.store}), (len(given), {row.dealership for row in given}))

	def test_an_offer_that_is_over_pauses_the_campaign(self):
		offer = make_coupon_offer("T-Campaign").name
		campaign = self.launched(self.reachable(), coupon_offer=offer)
		frappe.db.set_value("C4S Coupon Offer", offer, "enabled", 0)
		self.assertEqual(0, delivery.deliver(campaign.name))
		self.assertEqual({}, self.messages(campaign))
		self.assertEqual("Paused", fresh(campaign).status)
		self.assertRegex(fresh(campaign).stopped_because, "is over")


	def test_too_few_coupons_pause_the_campaign_before_somebody_is_promised_one(self):
		offer = make_coupon_offer("T-Few", most_coupons=2).name
		campaign = self.launched(*[self.reachable() for _each in range(3)], coupon_offer=offer)
		self.assertEqual(0, delivery.deliver(campaign.name))
		self.assertEqual(({}, 0), (self.messages(campaign), frappe.db.count("C4S Coupon", {"offer": offer})))
		self.assertEqual("2 coupons of the offer T-Few are left for 3 customers.", fresh(campaign).stopped_because)
		frappe.db.set_value("C4S Coupon Offer", offer, "most_coupons", 3)
		delivery.move(campaign.name, "Running")
		self.assertEqual(3, delivery.deliver(campaign.name))
		self.assertEqual(3, frappe.db.count("C4S Coupon", {"offer": offer}))


class TestBudget(DeliveryTestCase):
	def over(self, **values):
		return self.launched(self.reachable(), budget=1000, costs=[{"what": "场地", "planned_amount": 1200}], **values)

	def test_above_the_budget_the_launch_is_refused_where_the_campaign_says_so(self):
		with self.assertRaisesRegex(CampaignError, "would come to .*1,200.* its budget is .*1,000"):
			self.over(beyond_budget="Refuse")
		self.assertEqual("Running", self.over(beyond_budget="Warn").status)

	def test_a_campaign_that_has_spent_its_budget_pauses(self):
		campaign = self.launched(self.reachable(), budget=1000, beyond_budget="Refuse")
		campaign.append("costs", {"what": "场地", "amount": 1200})
		campaign.save()
		self.assertEqual(0, delivery.deliver(campaign.name))
		campaign = fresh(campaign)
		self.assertEqual("Paused", campaign.status)
		self.assertRegex(campaign.stopped_because, "its budget is")

	def test_what_the_messages_still_to_be_sent_will_cost_is_part_of_it(self):
		frappe.db.set_value("C4S Message Channel", {"channel_kind": "SMS"}, {"enabled": 1, "cost_per_message": 10, "characters_per_message": 500})
		campaign = self.launched(*[self.reachable() for _each in range(3)], budget=30, beyond_budget="Refuse")
		campaign.append("costs", {"what": "场地", "amount": 1})
		campaign.save()
		with patch.object(delivery, "SLICE", 2):
			self.assertEqual(2, delivery.deliver(campaign.name))
		self.assertRegex(fresh(campaign).stopped_because, "would come to .*31.* its budget is .*30")

	def test_nothing_with_a_budget_is_launched_before_its_messages_are_counted(self):
		campaign = self.launched(self.reachable())
		frappe.db.set_value(CAMPAIGN, campaign.name, {"status": "Ready to Start", "preview_json": None, "budget": 10})
		with self.assertRaisesRegex(CampaignError, "Count the audience first"):
			delivery.move(campaign.name, "Running")
		frappe.db.set_value(CAMPAIGN, campaign.name, "budget", 0)
		self.assertEqual("Running", delivery.move(campaign.name, "Running").status)
