"""The page under a message, without signing in."""

import frappe

from crm4s.messages import consent, unsubscribe
from crm4s.messages.tests.sending import SendingTestCase
from crm4s.tests.people import as_user


class TestEndMessages(SendingTestCase):
	def setUp(self):
		super().setUp()
		self.change_purpose(needs_consent=1)
		self.consent()
		self.name = self.wish()
		self.token = unsubscribe.link_of(self.name).partition("token=")[2]
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)

	def open(self, method: str = "GET", **form):
		context = frappe._dict()
		with as_user("Guest"):
			unsubscribe.page(context, method, {"token": self.token, **form})
		return context

	def decisions(self) -> list[tuple]:
		rows = consent.decisions_of([self.customer])[self.customer]
		return [(row.decision, row.purpose, row.channel_kind) for row in rows[1:]]

	def test_opening_the_page_ends_nothing_and_shows_nothing_of_the_customer(self):
		context = self.open()
		self.assertEqual(("北京朝阳店", self.purpose, None), (context.store, context.purpose, context.ended))
		self.assertNotIn("李静", str(context))
		self.assertNotIn(self.phone[-8:], str(context))
		self.assertEqual([], self.decisions())

	def test_one_click_ends_the_purpose_and_nothing_is_sent_any_more(self):
		for _again in range(2):
			self.assertTrue(self.open("POST", extent="this").ended)
		self.assertEqual([("Withdrawn", self.purpose, "All Channels")], self.decisions())
		self.run_worker()
		self.assertEqual(("Suppressed", 0), (self.message(self.name).status, len(self.gateway.requests)))

	def test_or_everything_that_needs_consent(self):
		self.open("POST", extent="all")
		self.assertEqual([("Withdrawn", None, "All Channels")], self.decisions())
		self.change_purpose(needs_consent=0)
		self.run_worker()
		self.assertEqual("Sent", self.message(self.name).status)

	def test_a_token_that_we_did_not_make_opens_nothing(self):
		other = self.wish()
		for wrong in ("", "x", self.name, f"{self.name}.", self.token[:-1], self.token + "A", f"{other}.{self.token.partition('.')[2]}", "ü" * 30, "x" * 500):
			with self.subTest(wrong):
				context = self.open("POST", token=wrong)
				self.assertEqual(410, context.http_status_code)
				self.assertIn("not known", context.refused)
		self.assertEqual(410, self.open("POST", token=["a"]).http_status_code)
		self.assertEqual([], self.decisions())

	def test_a_message_that_is_gone_is_not_known(self):
		frappe.db.delete("C4S Message", {"name": self.name})
		self.assertEqual(410, self.open().http_status_code)

	def test_it_speaks_the_customers_language(self):
		frappe.db.set_value("C4S Customer", self.customer, "language", "en")
		self.assertEqual("en", self.open().language)
