"""A fake exchange on this machine that dials, and a fake provider that takes answers."""

import json
from http.server import BaseHTTPRequestHandler

import frappe

from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import make_interaction
from crm4s.crm4s.doctype.c4s_telephone_exchange.test_c4s_telephone_exchange import SECRET, make_exchange
from crm4s.interactions import api, outbound
from crm4s.interactions.tests.test_exchange import EXTENSION, NAME, PHONE, ExchangeTestCase
from crm4s.tests.loopback import listening
from crm4s.tests.people import as_user

ACCOUNTS = "CIC WeChat"


class FakeExchange(BaseHTTPRequestHandler):
	"""Notes what it is asked for."""

	asked: list = []
	answers = 200

	def do_POST(self):
		body = self.rfile.read(int(self.headers["Content-Length"]))
		self.asked.append((self.path, self.headers.get("Authorization"), json.loads(body)))
		self.send_response(self.answers)
		self.end_headers()

	def log_message(self, *_arguments):
		pass


class OutboundTestCase(ExchangeTestCase):
	def setUp(self):
		super().setUp()
		self.server = listening(self, FakeExchange)
		FakeExchange.asked, FakeExchange.answers = [], 200
		self.address = f"http://127.0.0.1:{self.server.server_port}"


class TestDialling(OutboundTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("C4S Telephone Exchange", NAME, {"call_url": f"{self.address}/dial", "call_headers": "Authorization: Bearer {secret}"})

	def test_the_exchange_dials_from_the_agents_own_extension(self):
		interaction = make_interaction(contact_phone=PHONE).name
		with as_user(self.agent):
			outbound.dial(interaction=interaction)
		self.assertEqual([("/dial", f"Bearer {SECRET}", {"extension": EXTENSION, "number": "+86" + PHONE})], FakeExchange.asked)

	def test_what_goes_wrong_is_said(self):
		FakeExchange.answers = 500
		with as_user(self.agent), self.assertRaisesRegex(frappe.ValidationError, "refused the call"):
			outbound.dial(number=PHONE)
		with as_user(self.agent), self.assertRaisesRegex(frappe.ValidationError, "no number to call"):
			outbound.dial(number="12")
		with self.assertRaisesRegex(frappe.ValidationError, "at no exchange"):
			outbound.dial(number=PHONE)

	def test_another_stores_customer_is_not_called_by_name(self):
		other = make_interaction(dealership=self.other, contact_phone=PHONE).name
		with as_user(self.agent), self.assertRaises(frappe.PermissionError):
			outbound.dial(interaction=other)


class TestAnswers(OutboundTestCase):
	def setUp(self):
		super().setUp()
		body = json.dumps({"to": "{account}", "content": {"text": "{text}"}, "reply_to": "{message}"})
		make_exchange(ACCOUNTS, kind="Messages", channel="WeChat", dealership=self.store, call_url=f"{self.address}/send", call_headers="Authorization: Bearer {secret}", call_body=body)
		self.name = self.post({"call_id": self.call, "caller": "openid-7", "text": "周末营业吗？"}, name=ACCOUNTS)

	def test_the_answer_goes_to_the_account_that_wrote(self):
		self.assertTrue(outbound.brings_answers(self.fresh(self.name)))
		with as_user(self.agent):
			self.assertEqual("Closed", api.answer(self.name, "营业，九点到六点", close=1))
		wanted = {"to": "openid-7", "content": {"text": "营业，九点到六点"}, "reply_to": self.call}
		self.assertEqual([("/send", f"Bearer {SECRET}", wanted)], FakeExchange.asked)

	def test_an_answer_that_did_not_arrive_is_said(self):
		FakeExchange.answers = 500
		with as_user(self.agent), self.assertRaisesRegex(frappe.ValidationError, "the customer does not have it"):
			api.answer(self.name, "营业")

	def test_what_the_agent_enters_as_name_leads_the_answer_nowhere_else(self):
		contact = self.fresh(self.name)
		contact.update({"contact_name": "openid-8", "account": "openid-8"})
		contact.save()
		self.assertEqual("openid-7", self.fresh(self.name).account)

	def test_without_an_address_it_is_noted_only(self):
		frappe.db.set_value("C4S Telephone Exchange", ACCOUNTS, "call_url", None)
		self.assertFalse(outbound.brings_answers(self.fresh(self.name)))
		with as_user(self.agent):
			self.assertEqual("Answered", api.answer(self.name, "营业"))
		self.assertEqual([], FakeExchange.asked)

	def test_a_provider_gets_a_text_and_an_account(self):
		with self.assertRaisesRegex(frappe.ValidationError, "must hold {account} and {text}"):
			make_exchange("CIC Weibo", kind="Messages", call_url=f"{self.address}/send")
