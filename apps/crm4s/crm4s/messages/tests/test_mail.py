"""E-mail through Frappe's queue to a real mail server on this machine."""

from email import message_from_bytes, policy
from socket import socket
from unittest.mock import patch

import frappe
from aiosmtpd.controller import Controller

from crm4s.crm4s.doctype.c4s_message_channel.test_c4s_message_channel import make_channel
from crm4s.crm4s.doctype.c4s_suppressed_address.test_c4s_suppressed_address import make_suppressed
from crm4s.messages.adapters.mail import as_html, follow_queue
from crm4s.messages.tests.sending import SendingTestCase

ACCOUNT, SENDER = "C4S Test Store", "store@example.com"
QUEUE = "Email Queue"


class Letters:
	"""What the server got; refuses recipients whose address says so."""

	def __init__(self):
		self.letters = []

	async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
		if address.startswith("gone@"):
			return "550 no such mailbox"
		envelope.rcpt_tos.append(address)
		return "250 OK"

	async def handle_DATA(self, server, session, envelope):
		self.letters.append((envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
		return "250 OK"


class TestMail(SendingTestCase):
	def setUp(self):
		super().setUp()
		self.inbox = Letters()
		with socket() as free:
			free.bind(("127.0.0.1", 0))
			port = free.getsockname()[1]
		self.server = Controller(self.inbox, hostname="127.0.0.1", port=port)
		self.server.start()
		self.addCleanup(self.server.stop)
		frappe.db.delete("Email Account", {"name": ACCOUNT})
		frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": ACCOUNT,
				"email_id": SENDER,
				"enable_outgoing": 1,
				"default_outgoing": 1,
				"no_smtp_authentication": 1,
				"smtp_server": "127.0.0.1",
				"smtp_port": str(port),
			}
		).insert()
		# The framework keeps the account that it found for the rest of the request.
		frappe.local.outgoing_email_account = {}
		make_channel("Test Mail", channel_kind="E-Mail", email_account=ACCOUNT, cost_per_message=0.001, unsubscribe_line="退订：{unsubscribe_link}")
		frappe.db.set_value("C4S Customer", self.customer, "email", "li.jing@example.com")

	def post(self, name: str) -> str:
		"""Let the framework's queue send the message; the state of the queue's row."""
		queued = frappe.get_doc(QUEUE, self.message(name).provider_id)
		# It commits, and sends nothing in tests.
		with patch.object(frappe.db, "commit"), patch.dict(frappe.flags, {"in_test": False, "mute_emails": False}):
			try:
				queued.send()
			except Exception:
				frappe.clear_last_message() if frappe.message_log else None
		return frappe.db.get_value(QUEUE, queued.name, "status")

	def test_a_letter_arrives_in_chinese_with_the_link_to_end_them(self):
		self.change_purpose(needs_consent=1)
		self.consent()
		message = self.sent(channels=("E-Mail",))
		self.assertEqual(("Sent", "l******@e******.com", 0.001), (message.status, message.masked_address, message.cost))
		self.assertEqual("Sent", self.post(message.name))
		sender, recipients, letter = self.inbox.letters[0]
		self.assertEqual((SENDER, ["li.jing@example.com"]), (sender, recipients))
		self.assertEqual("保养提醒", letter["Subject"])
		html = letter.get_body(("html",)).get_content()
		self.assertIn("李静您好，爱车该保养了。", html)
		self.assertIn("/end-messages?token=3D" if "=3D" in html else "/end-messages?token=", html)
		self.assertEqual(1, len(self.inbox.letters))

	def test_a_message_is_one_letter_however_often_the_worker_runs(self):
		message = self.sent(channels=("E-Mail",))
		self.run_worker()
		self.assertEqual(1, frappe.db.count(QUEUE, {"reference_doctype": "C4S Message", "reference_name": message.name}))

	def test_a_letter_that_the_server_refuses_fails(self):
		frappe.db.set_value("C4S Customer", self.customer, "email", "gone@example.com")
		message = self.sent(channels=("E-Mail",))
		frappe.db.set_value(QUEUE, message.provider_id, "retry", 99)
		self.assertEqual("Error", self.post(message.name))
		self.assertEqual(1, follow_queue())
		self.assertEqual("Not Delivered", self.message(message.name).status)

	def test_letters_go_to_the_next_channel_where_the_address_is_suppressed(self):
		make_suppressed("LI.Jing@example.com", channel_kind="E-Mail")
		message = self.sent(channels=("E-Mail", "SMS"))
		self.assertEqual(("Sent", "SMS"), (message.status, message.channel_kind))

	def test_an_address_that_cannot_be_one_is_refused(self):
		frappe.db.set_value("C4S Customer", self.customer, "email", "li jing")
		message = self.sent(channels=("E-Mail",))
		self.assertIn(message.status, ("Not Delivered", "Suppressed"))
		self.assertTrue(message.reason)

	def test_what_a_customer_is_called_does_not_become_html(self):
		self.assertEqual('<p>&lt;b&gt; <a href="https://a.b/?x=1&amp;y">https://a.b/?x=1&amp;y</a><br>2</p><p>3</p>', as_html("<b> https://a.b/?x=1&y\n2\n\n3"))
