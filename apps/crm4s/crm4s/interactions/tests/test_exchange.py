"""Events of a telephone exchange over the guest's way in."""

import json
import time
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase
from crm4s.crm4s.doctype.c4s_telephone_exchange.test_c4s_telephone_exchange import SECRET, make_exchange
from crm4s.interactions import actions, exchange, jobs
from crm4s.messages.receipts import signature
from crm4s.tests.people import as_user

NAME, EXTENSION, PHONE = "CIC Exchange", "801", "13900139771"


class ExchangeTestCase(InteractionTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.exchange = make_exchange(NAME, dealership=cls.store, extensions=[{"extension": EXTENSION, "user": cls.agent}])

	def setUp(self):
		super().setUp()
		self.addCleanup(lambda: hasattr(frappe.local, "request") and delattr(frappe.local, "request"))
		self.call = frappe.generate_hash(length=12)

	def post(self, content, secret: str = SECRET, stamp: str | None = None, name: str = NAME) -> str | None:
		body = content if isinstance(content, bytes) else json.dumps(content).encode()
		stamp = stamp or str(int(time.time()))
		headers = {"X-Timestamp": stamp, "X-Signature": signature(secret, body, stamp)}
		builder = EnvironBuilder(method="POST", query_string={"exchange": name}, data=body, headers=headers, content_type="application/json")
		frappe.local.request = Request(builder.get_environ())
		with as_user("Guest"):
			return exchange.receive()["interaction"]

	def event(self, event: str, **more) -> str | None:
		return self.post({"event": event, "call_id": self.call, "caller": PHONE, "called": "02112345678", "extension": EXTENSION, "n": frappe.generate_hash(length=6), **more})


class TestEvents(ExchangeTestCase):
	def test_a_call_pops_up_at_its_agent_only_and_is_then_in_hand(self):
		customer = make_customer(PHONE, customer_name="李静", store=self.store).name
		with patch("frappe.publish_realtime") as told:
			name = self.event("ringing")
			self.assertEqual(name, self.event("answered"))
		said = [call for call in told.call_args_list if call.args and call.args[0] == "c4s_call"]
		self.assertEqual([("ringing", self.agent), ("answered", self.agent)], [(call.args[1]["event"], call.kwargs["user"]) for call in said])
		self.assertEqual(("李静", "+86" + PHONE), (said[0].args[1]["title"], said[0].args[1]["phone"]))
		call = self.fresh(name)
		self.assertEqual((customer, self.store, self.agent, EXTENSION, "Phone"), (call.customer, call.dealership, call.agent, call.extension, call.channel))
		self.assertEqual([name], actions.in_hand(self.agent))

	def test_what_rings_and_is_not_taken_is_called_back(self):
		self.event("ringing")
		call = self.fresh(self.event("missed"))
		self.assertEqual((1, "Open", "Missed Calls", None), (call.missed, call.status, call.routing_rule, call.agent))
		self.assertTrue(call.due_on)
		self.assertEqual([], actions.in_hand(self.agent))

	def test_a_call_that_ends_without_having_been_answered_is_missed(self):
		self.event("ringing")
		self.assertEqual(1, self.fresh(self.event("ended")).missed)

	def test_events_may_come_in_another_order(self):
		name = self.event("missed")
		self.assertEqual(name, self.event("ringing"))
		self.assertEqual(1, self.fresh(name).missed)

	def test_another_telephone_that_rang_as_well_takes_no_call_away(self):
		self.event("ringing")
		self.event("answered")
		call = self.fresh(self.event("missed", extension="9999"))
		self.assertEqual((0, self.agent, None), (call.missed, call.agent, call.ended_on))

	def test_a_store_is_told_no_name_of_another_stores_customer(self):
		make_customer(PHONE, customer_name="李静", store=self.other)
		with patch("frappe.publish_realtime") as told:
			call = self.fresh(self.event("ringing"))
		self.assertIsNone(call.customer)
		self.assertNotIn("李静", str(told.call_args_list))

	def test_one_whose_end_is_never_told_is_missed_after_an_hour(self):
		name = self.event("ringing")
		self.assertEqual(0, jobs.end_forgotten_calls())
		frappe.db.set_value("C4S Interaction", name, "started_on", add_to_date(now_datetime(), hours=-2))
		self.assertEqual(1, jobs.end_forgotten_calls())
		self.assertEqual(1, self.fresh(name).missed)

	def test_a_number_that_is_withheld_is_a_contact_all_the_same(self):
		call = self.fresh(self.event("ringing", caller="anonymous"))
		self.assertEqual((None, "anonymous", None), (call.contact_phone, call.contact_name, call.customer))

	def test_a_shared_number_says_not_who_it_is(self):
		for _each in range(2):
			make_customer(phones=[{"phone": PHONE, "is_primary": 1, "is_shared": 1}], store=self.store)
		self.assertIsNone(self.fresh(self.event("ringing")).customer)

	def test_another_providers_words_are_data(self):
		frappe.db.set_value("C4S Telephone Exchange", NAME, {"event_path": "data.0.type", "ringing_values": "CallIncoming, alerting", "call_path": "data.0.id", "caller_path": "data.0.from"})
		name = self.post({"data": [{"type": "callincoming", "id": self.call, "from": PHONE}]})
		self.assertEqual("+86" + PHONE, self.fresh(name).contact_phone)
		self.assertIsNone(self.post({"data": [{"type": "heartbeat", "id": "1"}]}))

	def test_a_message_of_a_social_account_joins_what_the_customer_wrote_before(self):
		make_exchange("CIC WeChat", kind="Messages", channel="WeChat", dealership=self.store)
		first = self.post({"call_id": "M1", "caller": "openid-7", "text": "周末营业吗？"}, name="CIC WeChat")
		second = self.post({"call_id": "M2", "caller": "openid-7", "text": "<script>alert(1)</script>在吗"}, name="CIC WeChat")
		self.assertEqual(first, self.post({"call_id": "M1", "caller": "openid-7", "text": "周末营业吗？", "again": 1}, name="CIC WeChat"))
		message = self.fresh(second)
		self.assertEqual((first, "WeChat", "openid-7"), (message.earlier, message.channel, message.contact_name))
		self.assertNotIn("<script>", message.said)


	def test_the_line_may_be_dead_before_the_agent_has_written_everything(self):
		self.event("ringing")
		name = self.event("answered")
		self.event("ended")
		self.assertEqual([name], actions.in_hand(self.agent))
		with as_user(self.agent):
			actions.finish(name, {"said": "好"}, resolved=True)
		call = self.fresh(name)
		self.assertEqual(call.line_ended_on, call.ended_on)

	def test_a_call_that_the_page_began_and_the_exchange_dialled_is_one(self):
		with as_user(self.agent):
			name = actions.begin({"dealership": self.store, "contact_phone": PHONE}, direction="Outbound")
		self.assertEqual(name, self.event("ringing", direction="out", caller="801", called=PHONE))
		self.assertEqual(name, self.event("answered", direction="out", caller="801", called=PHONE))


class TestSignature(ExchangeTestCase):
	def refused(self, content=None, **how) -> None:
		with self.assertRaisesRegex(frappe.PermissionError, "The signature is not right"):
			self.post(content or {"event": "ringing", "call_id": self.call}, **how)

	def test_only_the_exchange_is_heard(self):
		self.refused(secret="another secret 012345")
		self.refused(name="No Such Exchange")
		self.refused(stamp=str(int(time.time()) - 301))
		self.refused(stamp=str(int(time.time()) + 310))
		self.refused(stamp="soon")
		self.refused(content=b"x" * (exchange.LONGEST_BODY_BYTES + 1))
		frappe.db.set_value("C4S Telephone Exchange", NAME, "enabled", 0)
		self.refused()

	def test_what_came_already_is_refused(self):
		content = {"event": "ringing", "call_id": self.call}
		stamp = str(int(time.time()))
		self.post(content, stamp=stamp)
		self.refused(content, stamp=stamp)

	def test_what_was_lost_on_the_way_may_come_again(self):
		content = {"event": "ringing", "call_id": self.call, "caller": PHONE}
		stamp = str(int(time.time()))
		with patch.object(exchange, "take", side_effect=frappe.QueryDeadlockError), self.assertRaises(frappe.QueryDeadlockError):
			self.post(content, stamp=stamp)
		frappe.db.after_rollback.run()
		self.assertTrue(self.post(content, stamp=stamp))

	def test_a_body_that_is_no_json_is_refused_in_a_sentence(self):
		stamp = str(int(time.time()))
		# Nothing became of it, so it may come again.
		for _each in range(2):
			with self.assertRaisesRegex(frappe.ValidationError, "not JSON"):
				self.post(b"<event/>" + self.call.encode(), stamp=stamp)
