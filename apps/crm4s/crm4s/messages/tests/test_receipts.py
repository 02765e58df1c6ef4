"""Receipts and replies as a provider sends them, over the guest's way in."""

import json
import time

import frappe
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from crm4s.messages import receipts
from crm4s.messages.tests.sending import SendingTestCase
from crm4s.tests.people import as_user

SECRET = "receipt-secret"


class ReceiptsTestCase(SendingTestCase):
	def setUp(self):
		super().setUp()
		# Whatever runs next is no request: a page that is printed would look for one.
		self.addCleanup(self.end_request)
		self.change(self.channel, receipt_secret=SECRET, receipt_time_header="X-Timestamp", stop_words="退订, TD, T")

	def end_request(self) -> None:
		if hasattr(frappe.local, "request"):
			del frappe.local.request

	def post(self, content, secret: str = SECRET, stamp: str | None = None, channel: str = "Test SMS") -> dict:
		body = content if isinstance(content, bytes) else json.dumps(content).encode()
		stamp = stamp or str(int(time.time()))
		headers = {"X-Timestamp": stamp, "X-Signature": receipts.signature(secret, body, stamp)}
		builder = EnvironBuilder(method="POST", query_string={"channel": channel}, data=body, headers=headers, content_type="application/json")
		frappe.local.request = Request(builder.get_environ())
		frappe.local.response = frappe._dict()
		with as_user("Guest"):
			return receipts.receive()


class TestReceipts(ReceiptsTestCase):
	def test_a_receipt_says_that_a_message_arrived_or_not(self):
		first, second = self.sent(), self.sent()
		rows = [{"id": first.provider_id, "status": "DELIVRD"}, {"id": second.provider_id, "status": "UNDELIV"}]
		self.change(self.channel, receipts_path="reports")
		self.assertEqual({"known": 2, "unknown": 0, "stopped": 0}, self.post({"reports": rows}))
		first, second = self.message(first.name), self.message(second.name)
		self.assertEqual(["Received by Customer", "Not Delivered"], [first.status, second.status])
		self.assertTrue(first.delivered_on)
		self.assertIn("undeliv", second.reason)

	def test_it_may_come_again_or_late(self):
		message = self.sent()
		receipt = {"id": message.provider_id, "status": "DELIVRD"}
		self.post(receipt)
		arrived = self.message(message.name).delivered_on
		self.post(receipt)
		self.post({**receipt, "status": "UNDELIV"})
		self.post({**receipt, "status": "something new"})
		self.assertEqual(("Received by Customer", arrived), (self.message(message.name).status, self.message(message.name).delivered_on))

	def test_one_that_is_faster_than_our_commit_is_asked_for_again(self):
		self.assertEqual({"known": 0, "unknown": 1, "stopped": 0}, self.post({"id": "P77", "status": "DELIVRD"}))
		self.assertEqual(404, frappe.local.response.http_status_code)

	def test_another_channels_receipts_are_not_ours(self):
		message = self.sent()
		frappe.db.set_value("C4S Message", message.name, "channel", "Another")
		self.assertEqual(0, self.post({"id": message.provider_id, "status": "DELIVRD"})["known"])

	def test_only_the_provider_is_heard(self):
		message = self.sent()
		receipt = {"id": message.provider_id, "status": "DELIVRD"}
		old = str(int(time.time()) - 301)
		for wrong in ({"secret": "guessed"}, {"stamp": old}, {"stamp": "never"}, {"channel": "No Such Channel"}):
			with self.subTest(wrong), self.assertRaises(frappe.PermissionError):
				self.post(receipt, **wrong)
		with self.assertRaises(frappe.PermissionError):
			self.post(b"x" * (receipts.LONGEST_BODY_BYTES + 1))
		frappe.db.sql("delete from __Auth where doctype = 'C4S Message Channel' and fieldname = 'receipt_secret'")
		with self.assertRaises(frappe.PermissionError):
			self.post(receipt, secret="")
		self.assertEqual("Sent", self.message(message.name).status)

	def test_garbage_does_no_harm(self):
		for content in (b"\xff\xfe", b"[]", b"null", b'"text"', b"id=P1&status=?", {"id": {"a": 1}}, {"id": ["P1"]}, [1, 2]):
			with self.subTest(content):
				self.assertEqual(0, self.post(content)["known"])


class TestReplies(ReceiptsTestCase):
	def test_a_reply_ends_all_messages_of_this_kind(self):
		self.change_purpose(needs_consent=1)
		self.consent()
		self.assertEqual("Sent", self.sent().status)
		for _again in range(2):
			self.assertEqual(1, self.post({"from": self.phone.removeprefix("+86"), "text": " td。"})["stopped"])
		message = self.sent()
		self.assertEqual("Suppressed", message.status)
		self.assertIn("withdrawn", message.reason)
		self.change_purpose(needs_consent=0)
		self.assertIn("suppression list", self.sent().reason)
		self.assertEqual(1, frappe.db.count("C4S Consent", {"customer": self.customer, "means": "Reply"}))

	def test_other_replies_end_nothing(self):
		for text in ("好的，谢谢", "不用退订", "", None, 5):
			with self.subTest(text):
				self.assertEqual(0, self.post({"from": self.phone, "text": text})["stopped"])
		self.assertEqual(0, self.post({"from": "nobody", "text": "退订"})["stopped"])
