from datetime import date

import frappe
from frappe.utils import now_datetime

from crm4s.care.dry_run import try_out
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import close, make_complaint, resolve
from crm4s.messages import rows, worker
from crm4s.messages.decision import why_not
from crm4s.messages.facts import facts_of
from crm4s.messages.tests.sending import PURPOSE, SendingTestCase
from crm4s.tests.processes import bring_to

test_ignore = ["User"]


class TestNoMarketing(SendingTestCase):
	def refused(self) -> str:
		message = self.sent()
		self.assertEqual("Suppressed", message.status)
		return message.reason

	def complain(self):
		return make_complaint(customer=self.customer, dealership=self.store)

	def test_whoever_complains_gets_no_marketing_until_the_complaint_is_closed(self):
		self.change_purpose(is_marketing=1)
		complaint = self.complain()
		self.assertIn("The customer has an open complaint.", self.refused())
		resolve(complaint)
		self.assertIn("The customer has an open complaint.", self.refused())
		close(complaint, satisfaction=4)
		self.assertEqual("Sent", self.sent().status)
		bring_to(complaint, "Open")
		self.assertIn("The customer has an open complaint.", self.refused())

	def test_what_is_no_marketing_is_sent(self):
		self.complain()
		self.assertEqual("Sent", self.sent().status)

	def test_a_complaint_of_the_last_moment_counts(self):
		self.change_purpose(is_marketing=1)
		name = self.wish()
		claim, names = worker.claim_due()
		facts = facts_of(rows.read(names), now_datetime())[name]
		self.complain()
		self.assertIsNone(worker.begin(facts, name, claim, {}))
		self.assertEqual("Suppressed", self.message(name).status)

	def test_the_preview_of_a_campaign_counts_them(self):
		self.change_purpose(is_marketing=1)
		self.complain()
		name = self.wish()
		facts = facts_of(rows.read([name]), now_datetime())[name]
		self.assertEqual("The customer has an open complaint.", why_not(facts, "SMS").template)

	def test_the_dry_run_of_a_rule_says_how_many(self):
		frappe.db.set_value("C4S Customer", self.customer, "birthday", "1990-11-22")
		self.change_purpose(is_marketing=1)
		rule = make_rule(enabled=0, purpose=PURPOSE, below_store=self.store)
		self.assertEqual([], try_out(rule, date(2026, 11, 22)).notes)
		self.complain()
		self.assertEqual(["1 of them have an open complaint and get no message of this purpose until it is closed."], try_out(rule, date(2026, 11, 22)).notes)
