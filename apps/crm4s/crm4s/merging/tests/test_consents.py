"""Whoever said no in one of two files has said no, and all that was said stays."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.merging import undo
from crm4s.merging.tests.test_merge import MergeTestCase, merged
from crm4s.messages.consent import CONSENT, Decision, decisions_of, note
from crm4s.messages.kinds import EVERY, KINDS, MAIL, SMS
from crm4s.messages.standing import GIVEN, WITHDRAWN, standing

PURPOSE = "Offers and Events"


class TestConsents(MergeTestCase):
	def say(self, customer, decision: str, days_ago: int, purpose: str | None = PURPOSE, kind: str = SMS):
		moment = add_to_date(now_datetime(), days=-days_ago)
		note([Decision(customer.name, decision, "On Paper", purpose, kind, moment, evidence=f"paper of {days_ago} days ago")])

	def standing(self, purpose: str = PURPOSE, kind: str = SMS, customer: str | None = None):
		name = customer or self.remaining.name
		return standing(decisions_of([name]).get(name, []), purpose, kind)

	def test_an_earlier_no_outlasts_a_later_yes_of_the_other_file(self):
		for refusing, allowing in ((self.remaining, self.closing), (self.closing, self.remaining)):
			with self.subTest(refusing.customer_name):
				frappe.db.savepoint("words")
				self.say(refusing, WITHDRAWN, 30)
				self.say(allowing, GIVEN, 3)
				merged(self.remaining.name, self.closing.name)
				self.assertEqual(WITHDRAWN, self.standing())
				frappe.db.rollback(save_point="words")

	def test_a_no_to_everything_holds_for_each_channel(self):
		self.say(self.closing, WITHDRAWN, 30, None, EVERY)
		self.say(self.remaining, GIVEN, 3, PURPOSE, EVERY)
		merged(self.remaining.name, self.closing.name)
		self.assertEqual({WITHDRAWN}, {self.standing(kind=kind) for kind in KINDS})

	def test_silence_is_no_decision_and_other_channels_stay_allowed(self):
		self.say(self.closing, GIVEN, 3)
		self.say(self.closing, GIVEN, 3, kind=MAIL)
		self.say(self.remaining, WITHDRAWN, 30, kind=MAIL)
		merged(self.remaining.name, self.closing.name)
		self.assertEqual((GIVEN, WITHDRAWN), (self.standing(), self.standing(kind=MAIL)))

	def test_what_both_said_stays_with_its_evidence(self):
		self.say(self.remaining, WITHDRAWN, 30)
		self.say(self.closing, GIVEN, 3)
		name = merged(self.remaining.name, self.closing.name)
		rows = frappe.get_all(CONSENT, {"customer": self.remaining.name}, ["evidence", "means"], order_by="decided_on")
		self.assertEqual(["paper of 30 days ago", "paper of 3 days ago", f"{name}: one of the two files says no."], [row.evidence for row in rows])
		self.assertEqual("Merge of Two Files", rows[-1].means)

	def test_a_yes_after_the_merge_counts(self):
		self.say(self.remaining, WITHDRAWN, 30)
		self.say(self.closing, GIVEN, 3)
		merged(self.remaining.name, self.closing.name)
		self.say(self.remaining, GIVEN, -1)
		self.assertEqual(GIVEN, self.standing())

	def test_an_undo_leaves_each_file_its_own_words(self):
		self.say(self.remaining, WITHDRAWN, 30)
		self.say(self.closing, GIVEN, 3)
		undo.begin(merged(self.remaining.name, self.closing.name), "two people")
		self.assertEqual((WITHDRAWN, GIVEN), (self.standing(), self.standing(customer=self.closing.name)))
		self.assertFalse(frappe.db.exists(CONSENT, {"means": "Merge of Two Files", "customer": ["in", [self.remaining.name, self.closing.name]]}))
