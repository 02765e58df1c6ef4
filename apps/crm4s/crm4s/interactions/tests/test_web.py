"""The public contact page: good and bad input."""

from email import message_from_string, policy

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.interactions import web
from crm4s.tests.people import as_user


class TestContactPage(InteractionTestCase):
	def setUp(self):
		super().setUp()
		before = getattr(frappe.local, "request_ip", None)
		self.addCleanup(setattr, frappe.local, "request_ip", before)
		frappe.local.request_ip = None
		self.once = frappe.generate_hash(length=32)

	def post(self, **form):
		context = frappe._dict()
		values = {"topic": "Customer's Suggestion", "store": self.store, "name": "李静", "phone": "13900139881", "message": "休息区想要充电桩", "consent": "1", "once": self.once}
		with as_user("Guest"):
			web.page(context, "POST", {**values, **form})
		return context

	def made(self) -> list:
		return frappe.get_all("C4S Interaction", {"source_key": f"web:{self.once}"}, ["*"])

	def test_what_somebody_writes_becomes_a_contact_of_the_store(self):
		customer = make_customer("13900139881", store=self.store).name
		context = self.post()
		contact = self.made()[0]
		self.assertEqual(context.number, contact.name)
		self.assertEqual((self.store, customer, "Web", "Suggestion", "休息区想要充电桩"), (contact.dealership, contact.customer, contact.channel, contact.kind, contact.said))
		self.assertTrue(contact.due_on)
		self.assertNotIn(customer, str({key: value for key, value in context.items() if key != "typed"}))

	def test_who_leaves_an_address_is_told_the_number_there(self):
		change_settings(auto_reply_template="已收到来信", auto_replies_per_day=1)
		frappe.get_doc(
			{"doctype": "Email Account", "email_account_name": "CIC Out", "email_id": "cic@store.example.com", "enable_outgoing": 1, "default_outgoing": 1, "no_smtp_authentication": 1, "smtp_server": "127.0.0.1"}
		).insert()
		frappe.local.outgoing_email_account = {}
		number = self.post(email="li.jing@example.com", message="Buy pills").number
		letters = frappe.get_all("Email Queue", {"reference_doctype": "C4S Interaction", "reference_name": number}, ["message"])
		text = message_from_string(letters[0].message, policy=policy.default)
		self.assertIn(number, text["Subject"])
		self.assertEqual("auto-replied", text["Auto-Submitted"])
		# Anybody may type anybody's address: nothing else that was typed reaches it.
		self.assertNotIn("pills", text.get_body(("html",)).get_content())
		self.once = frappe.generate_hash(length=32)
		again = self.post(email="li.jing@example.com").number
		self.assertEqual([], frappe.get_all("Email Queue", {"reference_doctype": "C4S Interaction", "reference_name": again}))

	def test_a_second_click_makes_no_second_contact(self):
		self.assertEqual(self.post().number, self.post().number)
		self.assertEqual(1, len(self.made()))

	def test_what_is_wrong_is_said_and_what_was_typed_stays(self):
		for form, said in (
			({"message": " "}, "write your message"),
			({"message": "x" * 4001}, "at most 4000"),
			({"phone": "12"}, "phone number is not complete"),
			({"phone": "", "email": "li@"}, "e-mail address is not complete"),
			({"phone": ""}, "phone number or an e-mail"),
			({"consent": ""}, "Please agree"),
			({"topic": "Buying a Car"}, "one of the topics"),
			({"store": "<b>"}, "one of our stores"),
			({"message": ["a", "b"]}, "write your message"),
		):
			with self.subTest(said):
				context = self.post(**form)
				self.assertIn(said, context.problem)
				self.assertEqual("李静", context.typed["name"])
		self.assertEqual([], self.made())

	def test_a_robot_is_thanked_and_nothing_becomes_of_it(self):
		self.assertTrue(self.post(website="http://spam.example.com").number)
		self.assertEqual([], self.made())

	def test_markup_stays_words(self):
		contact = frappe.get_doc("C4S Interaction", self.post(message="<script>alert(1)</script>你好", name="<b>李</b>").number)
		self.assertEqual("李", contact.contact_name)
		self.assertNotIn("<script>", contact.said)

	def test_what_a_strange_form_sends_along_is_shown_as_text(self):
		hostile = '"><script>alert(1)</script>'
		context = self.post(**{field: hostile for field in ("once", "topic", "store", "name", "phone", "email", "message")})
		page = frappe.render_template("crm4s/www/contact-us.html", {**context, "_": frappe._})
		self.assertIn("alert(1)", page)
		self.assertNotIn("<script>alert", page)

	def test_another_stores_customer_is_not_named(self):
		make_customer("13900139881", store=self.other)
		self.post()
		self.assertIsNone(self.made()[0].customer)

	def test_one_connection_writes_so_often_an_hour_only(self):
		frappe.local.request_ip = f"203.0.113.{frappe.generate_hash(length=6)}"
		for _each in range(web.PER_HOUR):
			self.post(message="")
		self.assertIn("Too many messages", self.post().problem)

	def test_the_page_offers_only_what_the_public_may_choose(self):
		context = frappe._dict()
		with as_user("Guest"):
			web.page(context, "GET", {})
		self.assertNotIn("Rescue Call", [row.name for row in context.topics])
		self.assertIn(self.store, [row.name for row in context.stores])
