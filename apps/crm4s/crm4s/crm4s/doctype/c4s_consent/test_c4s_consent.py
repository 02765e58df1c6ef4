from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_contact_purpose.test_c4s_contact_purpose import make_purpose
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import AppendOnlyError
from crm4s.messages.consent import Decision, decisions_of, note
from crm4s.messages.standing import refused_by_name, standing
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_consent(customer: str, decision: str = "Given", **overrides):
	values = {"customer": customer, "decision": decision, "means": "On Paper", "evidence": "购车协议第 7 条"}
	return frappe.get_doc({"doctype": "C4S Consent", **values, **overrides}).insert()


class TestC4SConsent(FrappeTestCase):
	def setUp(self):
		self.customer = make_customer().name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def stands(self, purpose: str, kind: str = "SMS") -> str | None:
		return standing(decisions_of([self.customer]).get(self.customer, []), purpose, kind)

	def test_without_a_word_there_is_no_consent(self):
		self.assertIsNone(self.stands("Greetings"))

	def test_the_latest_decision_counts_whenever_it_was_entered(self):
		make_consent(self.customer, decided_on=now_datetime() - timedelta(days=1))
		make_consent(self.customer, "Withdrawn", decided_on=now_datetime() - timedelta(days=2))
		self.assertEqual("Given", self.stands("Greetings"))
		make_consent(self.customer, "Withdrawn")
		self.assertEqual("Withdrawn", self.stands("Greetings"))

	def test_a_decision_covers_its_purpose_and_channel_or_all(self):
		make_purpose("Test Purpose")
		for purpose, kind, covered in (
			(None, "All Channels", True),
			("Test Purpose", "SMS", True),
			("Greetings", "All Channels", False),
			("Test Purpose", "E-Mail", False),
		):
			with self.subTest(purpose=purpose, kind=kind):
				customer = make_customer().name
				make_consent(customer, purpose=purpose, channel_kind=kind)
				self.assertEqual(covered, standing(decisions_of([customer])[customer], "Test Purpose", "SMS") == "Given")

	def test_a_later_refusal_of_all_overrides_an_earlier_consent_to_one(self):
		note([Decision(self.customer, "Given", "Phone", "Greetings", "SMS")])
		note([Decision(self.customer, "Withdrawn", "Reply")])
		self.assertEqual("Withdrawn", self.stands("Greetings"))

	def test_only_a_refusal_by_name_holds_for_what_needs_no_consent(self):
		rows = [{"purpose": None, "channel_kind": "All Channels", "decision": "Withdrawn"}]
		self.assertFalse(refused_by_name(rows, "Service Information", "SMS"))
		rows.append({"purpose": "Service Information", "channel_kind": "All Channels", "decision": "Withdrawn"})
		self.assertTrue(refused_by_name(rows, "Service Information", "SMS"))

	def test_a_consent_needs_evidence_and_no_default_gives_it(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "consent needs evidence"):
			make_consent(self.customer, evidence=" ")
		make_consent(self.customer, "Withdrawn", evidence=None)
		with self.assertRaises(frappe.MandatoryError):
			make_consent(self.customer, decision=None)

	def test_nobody_decides_in_the_future(self):
		with self.assertRaisesRegex(frappe.ValidationError, "must not lie in the future"):
			make_consent(self.customer, decided_on=now_datetime() + timedelta(hours=1))

	def test_it_is_neither_changed_nor_deleted(self):
		row = make_consent(self.customer)
		row.decision = "Withdrawn"
		self.assertRaises(AppendOnlyError, row.save)
		self.assertRaises(AppendOnlyError, frappe.delete_doc, "C4S Consent", row.name)

	def test_a_store_sees_and_notes_what_its_customers_said(self):
		own, other = make_dealership("CONSENT-1").name, make_dealership("CONSENT-2").name
		mine, theirs = make_customer(store=own).name, make_customer(store=other).name
		elsewhere = make_consent(theirs)
		user = make_user("CRM Specialist", [own])
		with as_user(user):
			row = make_consent(mine)
			self.assertEqual((own, user), (row.dealership, row.noted_by))
			self.assertEqual([row.name], frappe.get_list("C4S Consent", {"customer": ["in", [mine, theirs]]}, pluck="name"))
			self.assertFalse(frappe.has_permission("C4S Consent", "read", doc=elsewhere.name))
			with self.assertRaises(frappe.PermissionError):
				make_consent(theirs, "Withdrawn")
