"""Letters that a store's account fetches from a mailbox on this machine, and the answers that leave through a mail server on it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket
from unittest.mock import patch

import frappe
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from frappe.tests.utils import FrappeTestCase
from frappe.utils.response import download_private_file
from werkzeug.exceptions import Forbidden
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.interactions import actions
from crm4s.interactions.email_account import ContactMail
from crm4s.interactions.mail import bare_subject, is_automatic, plain, subject_of
from crm4s.interactions.tests.post_office import PostOffice
from crm4s.tests.people import as_user, make_user

ACCOUNT, OURS, WRITER = "C4S Test Letters", "cic@store.example.com", "li.jing@example.com"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


class TestAutomatic(FrappeTestCase):
	def test_machines_are_told_by_their_headers(self):
		self.assertFalse(is_automatic({"Subject": "x", "Return-Path": "<li@example.com>"}, "Li <li@example.com>", {OURS}))
		self.assertFalse(is_automatic({"Auto-Submitted": "no"}, WRITER, set()))
		for headers in (
			{"Auto-Submitted": "auto-replied; owner-email=x"}, {"Precedence": "Bulk"}, {"X-Auto-Response-Suppress": "OOF"}, {"List-Id": "<news>"}, {"Return-Path": "<>"},
		):
			self.assertTrue(is_automatic(headers, WRITER, set()), headers)
		for sender in ("", None, OURS.upper(), "MAILER-DAEMON@example.com", "no-reply@example.com", "noreply+7@example.com"):
			self.assertTrue(is_automatic({}, sender, {OURS}), sender)
		self.assertFalse(is_automatic({}, "norepl.yang@example.com", set()))

	def test_the_whole_subject_is_read(self):
		letter = EmailMessage()
		letter["Subject"] = "Re: 空调 is 不冷"
		self.assertEqual("Re: 空调 is 不冷", subject_of(message_from_bytes(letter.as_bytes())))
		self.assertEqual("", subject_of({"Subject": "=?no-such-set?B?4piD?="}))

	def test_a_subject_without_what_programs_put_before_it(self):
		for subject in ("空调", "Re: 空调", "RE: Fwd: 空调", "回复：答复: 空调", "Re[2]: 空调 "):
			self.assertEqual("空调", bare_subject(subject))
		self.assertEqual("Reading: 空调", bare_subject("Reading: 空调"))
		self.assertEqual("", bare_subject("Re:"))

	def test_the_words_of_a_letter_are_plain(self):
		self.assertEqual("您好\n空调不冷\n\n李", plain("<div>您好<br>空调不冷</div><p></p><p></p><b>李</b>"))


class Letters:
	def __init__(self):
		self.letters = []

	async def handle_DATA(self, server, session, envelope):
		self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
		return "250 OK"


class TestLetters(InteractionTestCase):
	def setUp(self):
		super().setUp()
		frappe.flags.c4s_letters = None
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		change_settings(auto_reply_template="已收到来信", auto_replies_per_day=2, inbound_store=self.store, fax_senders="fax@gateway.example.com")
		self.office = PostOffice()
		self.addCleanup(self.office.close)
		frappe.get_doc(
			{
				"doctype": "Email Account", "email_account_name": ACCOUNT, "email_id": OURS, "append_to": "C4S Interaction", "email_sync_option": "ALL",
				"enable_incoming": 1, "use_imap": 0, "email_server": "127.0.0.1", "incoming_port": str(self.office.port), "use_ssl": 0, "login_id": "cic", "login_id_is_different": 1, "password": "secret",
				"enable_outgoing": 1, "default_outgoing": 1, "no_smtp_authentication": 1, "smtp_server": "127.0.0.1", "smtp_port": "25",
			}
		).insert()
		frappe.local.outgoing_email_account = {}

	def receive(self, *letters: EmailMessage) -> None:
		self.office.letters.extend(letter.as_bytes() for letter in letters)
		# The account commits after each letter, and tests roll back.
		with patch.object(frappe.db, "commit"), as_user("Administrator"):
			frappe.get_doc("Email Account", ACCOUNT).receive()
		self.assertEqual([], self.office.letters)

	def letter(self, subject: str = "空调不冷", text: str = "您好，\n车的空调不冷。", sender: str = WRITER, **headers) -> EmailMessage:
		letter = EmailMessage()
		letter["From"], letter["To"], letter["Subject"] = f"Li Jing <{sender}>", OURS, subject
		letter["Message-ID"] = f"<{frappe.generate_hash(length=10)}@example.com>"
		for name, value in headers.items():
			letter[name.replace("_", "-")] = value
		letter.set_content(text)
		return letter

	def contacts(self, sender: str = WRITER) -> list:
		return [self.fresh(name) for name in frappe.get_all("C4S Interaction", {"contact_email": sender}, pluck="name", order_by="creation")]

	def letters_of(self, name: str) -> int:
		return frappe.db.count("Communication", {"reference_doctype": "C4S Interaction", "reference_name": name, "sent_or_received": "Received"})

	def answers(self) -> list:
		return frappe.get_all("Email Queue", {"reference_doctype": "C4S Interaction"}, ["name", "message", "message_id", "reference_name"], order_by="creation")

	def test_a_letter_becomes_a_contact_of_its_writer_and_is_answered_with_its_number(self):
		customer = make_customer(store=self.other, email=WRITER, language="zh").name
		self.receive(self.letter())
		contact = self.contacts()[0]
		self.assertEqual((customer, self.other, "E-mail", "Inbound"), (contact.customer, contact.dealership, contact.channel, contact.direction))
		self.assertEqual(("空调不冷", "您好，\n车的空调不冷。"), (contact.subject, contact.said))
		self.assertTrue(contact.due_on and contact.department)
		self.assertEqual(1, len(self.answers()))
		self.assertTrue(self.answers()[0].message.startswith("Auto-Submitted: auto-replied\n"))

	def test_the_answer_arrives_in_the_language_of_a_stranger(self):
		inbox = Letters()
		with socket() as free:
			free.bind(("127.0.0.1", 0))
			port = free.getsockname()[1]
		server = Controller(inbox, hostname="127.0.0.1", port=port, authenticator=lambda *_asked: AuthResult(success=True), auth_require_tls=False)
		server.start()
		self.addCleanup(server.stop)
		frappe.db.set_value("Email Account", ACCOUNT, "smtp_port", str(port))
		frappe.clear_document_cache("Email Account", ACCOUNT)
		frappe.local.outgoing_email_account = {}
		letter = self.letter("Opening hours", "When are you open?")
		self.receive(letter)
		contact = self.contacts()[0]
		self.assertEqual((None, self.store, "Li Jing"), (contact.customer, contact.dealership, contact.contact_name))
		with patch.object(frappe.db, "commit"), patch.dict(frappe.flags, {"in_test": False, "mute_emails": False}):
			frappe.get_doc("Email Queue", self.answers()[0].name).send()
		recipients, answer = inbox.letters[0]
		self.assertEqual(([WRITER], f"We have your message ({contact.name})", "auto-replied"), (recipients, answer["Subject"], answer["Auto-Submitted"]))
		self.assertEqual(letter["Message-ID"], answer["In-Reply-To"])
		self.assertIn("Opening hours", answer.get_body(("html",)).get_content())

	def test_what_follows_joins_the_thread_by_reference_and_by_subject(self):
		self.receive(self.letter())
		contact = self.contacts()[0]
		actions.close(contact.name, "请来店检查")
		self.receive(self.letter("Re: 别的题目", "还是不冷", In_Reply_To=f"<{self.answers()[0].message_id}>"))
		self.assertEqual((["Open"], 1), ([one.status for one in self.contacts()], self.contacts()[0].times_reopened))
		self.receive(self.letter("Re: 空调不冷", "再问一次"))
		self.assertEqual(1, len(self.contacts()))
		self.assertEqual(3, self.letters_of(contact.name))

	def test_a_machine_is_not_answered_and_opens_nothing_again(self):
		self.receive(self.letter("Out of office", "I am away", Auto_Submitted="auto-replied"))
		self.assertEqual([], self.answers())
		contact = self.contacts()[0]
		actions.close(contact.name, "自动回复")
		self.receive(self.letter("Re: Out of office", "I am still away", Auto_Submitted="auto-replied"))
		self.assertEqual(["Closed"], [one.status for one in self.contacts()])
		# Whoever closed it hears of it all the same.
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": "Administrator", "document_name": contact.name}))

	def test_a_contacts_number_lets_nobody_in_but_its_writer(self):
		self.receive(self.letter())
		contact = self.contacts()[0]
		actions.close(contact.name, "请来店检查")
		stranger = "mallory@example.com"
		self.receive(*(self.letter(subject, sender=stranger) for subject in (contact.name, f"x #{contact.name}", "%", "空调不冷")))
		self.assertEqual(("Closed", 1), (self.fresh(contact.name).status, self.letters_of(contact.name)))
		self.assertEqual(4, len(self.contacts(stranger)))
		self.receive(self.letter(f"还有一事 ({contact.name})"))
		self.assertEqual(("Open", 2), (self.fresh(contact.name).status, self.letters_of(contact.name)))

	def test_a_subject_joins_only_where_it_is_the_whole_one(self):
		self.receive(self.letter("空调不冷，想预约"), self.letter("空调"), self.letter(""), self.letter(""))
		self.assertEqual(4, len(self.contacts()))

	def test_letters_of_a_folder_join_as_those_of_an_account(self):
		account = frappe.get_doc("Email Account", ACCOUNT)
		account.update({"use_imap": 1, "append_to": None})
		for letter in (self.letter(), self.letter("Re: 空调不冷", "再问一次"), self.letter(sender="mallory@example.com")):
			ContactMail(letter.as_bytes(), account, 1, 0, "C4S Interaction").process()
		self.assertEqual([2, 1], [self.letters_of(self.contacts(sender)[0].name) for sender in (WRITER, "mallory@example.com")])

	def test_one_address_is_answered_so_often_a_day_only(self):
		self.receive(*(self.letter(f"问题 {number} {frappe.generate_hash(length=5)}") for number in range(4)))
		self.assertEqual((4, 2), (len(self.contacts()), len(self.answers())))

	def test_a_fax_comes_as_a_letter_with_its_picture(self):
		letter = self.letter("Fax from 02112345678", "1 page", sender="fax@gateway.example.com")
		letter.add_attachment(PNG, maintype="image", subtype="png", filename="fax.png")
		self.receive(letter)
		fax = self.contacts("fax@gateway.example.com")[0]
		self.assertEqual("Fax", fax.channel)
		self.assertEqual(1, frappe.db.count("File", {"attached_to_doctype": "C4S Interaction", "attached_to_name": fax.name}))

	def test_every_fax_is_a_contact_of_its_own_and_its_gateway_gets_no_answer(self):
		sender = "fax@gateway.example.com"
		self.receive(self.letter("Fax received", "1 page", sender))
		actions.close(self.contacts(sender)[0].name, "已回电")
		self.receive(self.letter("Fax received", "2 pages", sender, Auto_Submitted="auto-generated"), self.letter("Fax received", "3 pages", sender))
		self.assertEqual(["Closed", "Open", "Open"], [one.status for one in self.contacts(sender)])
		self.assertEqual([], self.answers())

	def test_the_attachments_of_a_letter_open_for_whoever_reads_its_contact(self):
		letter = self.letter()
		letter.add_attachment(PNG + frappe.generate_hash().encode(), maintype="image", subtype="png", filename="photo.png")
		self.receive(letter)
		path = frappe.get_last_doc("File", {"attached_to_name": self.contacts()[0].name}).file_url
		self.assertTrue(path.startswith("/private/"))
		frappe.local.request = Request(EnvironBuilder(path=path).get_environ())
		self.addCleanup(delattr, frappe.local, "request")
		# A download is logged, and committed with that.
		with as_user(self.agent), patch.object(frappe.db, "commit"):
			self.assertEqual(200, download_private_file(path).status_code)
		with as_user(make_user("Customer Service Representative", [self.other])), self.assertRaises(Forbidden):
			download_private_file(path)

	def test_markup_in_a_letter_is_words(self):
		letter = self.letter("<b>题目</b>")
		letter.set_content("<p>您好<script>alert(1)</script></p>", subtype="html")
		self.receive(letter)
		contact = self.contacts()[0]
		self.assertEqual("题目", contact.subject)
		self.assertNotIn("<", contact.said)

	def test_our_letter_answers_the_contact(self):
		self.receive(self.letter())
		contact = self.contacts()[0]
		frappe.get_doc(
			{"doctype": "Communication", "communication_type": "Communication", "communication_medium": "Email", "sent_or_received": "Sent", "subject": "Re", "content": "<p>请周三来</p>", "reference_doctype": contact.doctype, "reference_name": contact.name}
		).insert()
		self.assertEqual(("Answered", "请周三来"), (self.fresh(contact.name).status, self.fresh(contact.name).answer))
