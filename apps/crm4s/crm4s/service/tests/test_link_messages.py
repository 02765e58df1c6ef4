"""Links that go to the customer by message, through a real server on this machine."""

import re

import frappe
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import ApprovalError
from crm4s.messages.tests.sending import SendingTestCase
from crm4s.service import actions, links

MESSAGE, LINK = "C4S Message", "C4S Approval Link"


class TestLinkMessages(SendingTestCase):
	def setUp(self):
		super().setUp()
		self.change(frappe.get_doc("C4S Contact Purpose", "Service Information"), ignores_quiet_times=1)
		vehicle = make_vehicle(current_owner=self.customer).name
		self.visit = make_service_visit(dealership=self.store, customer=self.customer, vehicle=vehicle, items=[item("Labour")])

	def send(self, purpose: str = "Approval") -> dict:
		return actions.send_link(self.visit.name, purpose)

	def messages(self) -> list:
		return frappe.get_all(MESSAGE, {"reference_doctype": LINK}, ["*"], order_by="creation")

	def token(self) -> str:
		return re.search(r"token=([\w-]+)", self.gateway.json_of()["content"])[1]

	def test_the_customer_gets_a_link_that_opens_the_quotation(self):
		prospect = self.send()
		self.run_worker()
		self.assertEqual("SMS", prospect["channel"])
		self.assertNotIn(self.phone.removeprefix("+86"), prospect["address"])
		self.assertEqual(self.visit.name, links.open_link(self.token(), "Approval").service_visit)

	def test_the_log_keeps_no_token_after_it_was_sent(self):
		self.send("Status")
		self.run_worker()
		token = self.token()
		self.assertTrue(links.open_link(token, "Status"))
		self.assertNotIn(token, frappe.as_json(self.messages()))

	def test_a_newer_link_takes_the_place_of_one_that_waits(self):
		self.send()
		self.send()
		self.run_worker()
		self.assertEqual(["Suppressed", "Sent"], [message.status for message in self.messages()])
		self.assertEqual(1, len(self.gateway.requests))

	def test_it_is_not_sent_when_the_link_has_expired(self):
		expires_on = self.send()["expires_on"]
		self.assertEqual(expires_on, self.messages()[0].not_after)
		self.assertGreater(expires_on, now_datetime())

	def test_looking_ahead_makes_no_link(self):
		self.assertEqual("SMS", actions.look_ahead_of_link(self.visit.name)["channel"])
		self.assertEqual((0, []), (frappe.db.count(LINK, {"service_visit": self.visit.name}), self.messages()))

	def test_where_nobody_can_be_reached_the_earlier_link_still_counts(self):
		self.send()
		self.run_worker()
		token = self.token()
		self.change(self.channel, enabled=0)
		self.assertIn("SMS: no such channel is switched on.", actions.look_ahead_of_link(self.visit.name)["why_not"])
		with self.assertRaisesRegex(ApprovalError, "It cannot be sent by message"):
			self.send()
		self.assertTrue(links.open_link(token, "Approval"))

	def test_without_a_template_it_says_so(self):
		frappe.db.set_single_value("C4S Settings", "approval_template", None)
		self.assertIn("no template", actions.look_ahead_of_link(self.visit.name)["why_not"])

	def test_a_call_does_not_read_out_a_link(self):
		self.change(self.channel, enabled=0)
		frappe.db.set_value("C4S Message Channel", {"channel_kind": "Desk Task"}, "enabled", 1)
		self.assertIn("why_not", actions.look_ahead_of_link(self.visit.name))

	def test_revoked_while_it_waits_it_is_not_sent(self):
		self.send()
		actions.revoke_links(self.visit.name)
		self.run_worker()
		self.assertEqual(("Suppressed", 0), (self.messages()[0].status, len(self.gateway.requests)))
