"""Events: who sees which, registering, the waiting list, giving the place back."""

import frappe

from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import make_event
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_event_registration.test_c4s_event_registration import make_registration
from crm4s.portal.matters import open_matters
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer

PAGE = "/my/events"


class EventsTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership("PORTAL-1").name
		self.viewer = make_viewer(make_customer(store=self.store).name)

	def event(self, **overrides):
		return make_event(dealership=self.store, title="门店车主家庭日", channels=[{"channel": "SMS"}], **overrides)

	def register(self, event, **form):
		return self.post(PAGE, "register", self.viewer, event=event.name, **form)

	def mine(self, **filters):
		return frappe.get_doc("C4S Event Registration", {"customer": self.viewer.customer, **filters})


class TestEvents(EventsTestCase):
	def test_a_place_is_taken_once_and_given_back(self):
		event = self.event()
		self.assertIn("门店车主家庭日", self.get(PAGE, self.viewer).html)
		answer = self.register(event, companions="2")
		self.assertEqual(303, answer.status, answer.html)
		registration = self.mine()
		self.assertEqual(("Registered", 3, self.store, self.viewer.user), (registration.status, registration.places, registration.dealership, registration.owner))
		html = self.get(PAGE, self.viewer).html
		self.assertIn(registration.code, html)
		self.assertNotIn('name="event"', html)
		self.assertEqual(422, self.register(event).status)
		self.assertEqual(["门店车主家庭日"], [matter.title for matter in open_matters(self.viewer)])
		self.assertEqual(303, self.post(PAGE, "cancel", self.viewer, registration=registration.name).status)
		self.assertEqual("Cancelled", self.mine().status)

	def test_who_comes_when_it_is_full_waits(self):
		event = self.event(capacity=1)
		make_registration(dealership=self.store, campaign=event.name)
		self.assertIn("可登记候补", self.get(PAGE, self.viewer).html)
		self.register(event)
		self.assertEqual("Waiting for a Place", self.mine().status)
		self.assertIn("候补名单", self.get(PAGE, self.viewer).html)

	def test_more_companions_than_may_come_are_refused(self):
		answer = self.register(self.event(most_companions=1), companions="2")
		self.assertEqual(422, answer.status)
		self.assertFalse(frappe.db.exists("C4S Event Registration", {"customer": self.viewer.customer}))

	def test_events_of_other_stores_and_for_others_are_neither_shown_nor_open(self):
		elsewhere = make_event(dealership=make_dealership("PORTAL-2").name, title="别店活动")
		invited = self.event(all_customers=0, customers=[{"customer": make_customer(store=self.store).name}])
		held_out = self.event()
		frappe.get_doc({"doctype": "C4S Campaign Member", "campaign": held_out.name, "customer": self.viewer.customer, "arm": "Hold-Out"}).db_insert()
		html = self.get(PAGE, self.viewer).html
		for event in (elsewhere, invited, held_out):
			self.assertNotIn(event.name, html)
			self.assertEqual(422, self.register(event).status)

	def test_another_customers_place_is_not_mine_to_give_back(self):
		theirs = make_registration(dealership=self.store)
		self.assertNotIn(theirs.code, self.get(PAGE, self.viewer).html)
		self.assertEqual(404, self.post(PAGE, "cancel", self.viewer, registration=theirs.name).status)
		self.assertEqual("Registered", frappe.db.get_value("C4S Event Registration", theirs.name, "status"))

	def test_nothing_on_is_said(self):
		self.assertIn("目前没有可报名的活动", self.get(PAGE, make_viewer()).html)
