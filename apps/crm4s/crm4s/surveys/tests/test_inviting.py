"""Invitations: each occasion once, nobody too often, whatever happens to the run."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_invitation_rule.test_c4s_invitation_rule import make_rule
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import make_survey
from crm4s.messages.tests.sending import SendingTestCase
from crm4s.surveys import api, inviting, links
from crm4s.tests.at_once import at_once, done
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user

INVITATION, MESSAGE, RULE = "C4S Survey Invitation", "C4S Message", "C4S Invitation Rule"
TODAY = date(2026, 11, 22)
VISITED = datetime(2026, 11, 19, 16)


def insert_plainly(doctype: str, **values) -> str:
	"""A row as it stands after many steps that are of no interest here; its name."""
	document = frappe.new_doc(doctype)
	document.update(values)
	document.set_new_name()
	document.db_insert()
	return document.name


def settled_visit(customer: str, store: str, on: datetime = VISITED, **values) -> str:
	facts = {"customer": customer, "dealership": store, "visit_kind": "Workshop", "status": "Settled", "arrived_on": on, "settled_on": on}
	return insert_plainly("C4S Service Visit", **{**facts, **values})


class InvitingTestCase(FrappeTestCase):
	"""No rule of others is on; a savepoint takes back what a test does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("SURVEY-INVITE").name
		cls.survey = make_survey().name
		cls.customers = [make_customer(store=cls.store).name for _number in range(4)]
		frappe.db.set_value(RULE, {"enabled": 1}, "enabled", 0)
		cls.addClassCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		cls.addClassCleanup(frappe.db.rollback)

	def setUp(self):
		frappe.db.savepoint("inviting")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="inviting")

	def rule(self, **values):
		return make_rule(self.survey, **values)

	def invitations(self, rule) -> list:
		return frappe.get_all(INVITATION, {"rule": rule.name}, ["*"], order_by="customer, due_on")

	def run_on(self, rule, day: date = TODAY) -> int:
		return inviting.run_rule(rule.name, day)


class TestOccasions(InvitingTestCase):
	def test_a_visit_becomes_an_invitation_and_a_message_with_its_link(self):
		rule, visit = self.rule(), settled_visit(self.customers[0], self.store)
		settled_visit(self.customers[1], self.store, on=VISITED - timedelta(days=1))
		self.assertEqual(1, self.run_on(rule))
		(row,) = self.invitations(rule)
		self.assertEqual((self.customers[0], visit, self.store, "Invited"), (row.customer, row.service_visit, row.dealership, row.status))
		self.assertEqual(datetime(2026, 12, 6, 23, 59, 59), row.expires_on)
		(message,) = frappe.get_all(MESSAGE, {"reference_doctype": INVITATION, "reference_name": row.name}, ["*"])
		self.assertIn(links.token_of(row.name), message.values_json)
		self.assertEqual(("SMS\nDesk Task", row.expires_on, self.store), (message.channels, message.not_after, message.dealership))

	def test_the_other_occasions_are_found_on_their_day(self):
		deal = insert_plainly("C4S Deal", customer=self.customers[0], dealership=self.store, status="Delivered", delivered_on=VISITED)
		complaint = insert_plainly("C4S Complaint", customer=self.customers[1], dealership=self.store, status="Closed", closed_on=VISITED)
		lead = insert_plainly("C4S Lead", customer=self.customers[2], dealership=self.store, status="Lost", lost_on=VISITED, lead_name="王")
		for trigger, field, name in (("After Delivery", "deal", deal), ("Complaint Closed", "complaint", complaint), ("Lead Lost", "lead", lead)):
			rule = self.rule(trigger=trigger)
			self.run_on(rule)
			self.assertEqual([name], [row.get(field) for row in self.invitations(rule)], trigger)

	def test_on_days_of_the_year_everybody_is_found_and_the_share_is_drawn(self):
		yearly = {"trigger": "Days of the Year", "days_of_year": "11-22", "below_store": self.store}
		rule = self.rule(**yearly)
		with patch("crm4s.surveys.occasions.SLICE", 3):
			self.run_on(rule)
		self.assertEqual(sorted(self.customers), [row.customer for row in self.invitations(rule)])
		self.assertEqual(0, self.run_on(self.rule(**{**yearly, "days_of_year": "11-23"})))
		with patch.object(inviting, "is_drawn", lambda key, share: share > 50):
			self.assertEqual(0, self.run_on(self.rule(**yearly, share_percent=20)))

	def test_only_the_audience_is_asked(self):
		settled_visit(self.customers[0], self.store)
		other = make_dealership("SURVEY-OTHER").name
		self.assertEqual(0, self.run_on(self.rule(below_store=other)))
		self.assertEqual(0, self.run_on(self.rule(customer_kind="Company")))
		self.assertEqual(0, self.run_on(self.rule(visit_kind="Rescue")))
		of_men = self.rule(filters=[{"about": "Customer", "fieldname": "sex", "operator": "=", "value": "Male"}])
		frappe.db.set_value("C4S Customer", self.customers[0], "sex", "Female")
		self.assertEqual(0, self.run_on(of_men))
		frappe.db.set_value("C4S Customer", self.customers[0], "sex", "Male")
		self.assertEqual(1, self.run_on(of_men))


class TestOnce(InvitingTestCase):
	def test_a_second_run_and_a_corrected_clock_ask_nobody_again(self):
		rule = self.rule()
		settled_visit(self.customers[0], self.store)
		self.assertEqual([1, 0], [self.run_on(rule), self.run_on(rule)])
		frappe.db.set_value(RULE, rule.name, "last_run_for", TODAY + timedelta(days=300))
		self.assertEqual(0, self.run_on(rule))
		self.assertEqual(1, frappe.db.count(MESSAGE, {"reference_doctype": INVITATION, "customer": self.customers[0]}))

	def test_missed_days_are_made_up_for_as_far_as_the_rule_says(self):
		change_settings(survey_quiet_days=0)
		rule = self.rule(catch_up_days=2)
		for days in range(5):
			settled_visit(self.customers[0], self.store, on=VISITED - timedelta(days=days))
		frappe.db.set_value(RULE, rule.name, {"last_run_for": TODAY - timedelta(days=5), "on_since": TODAY - timedelta(days=50)})
		self.run_on(rule)
		self.assertEqual([20, 21, 22], [row.due_on.day for row in self.invitations(rule)])
		self.assertEqual({datetime(2026, 12, 6, 23, 59, 59)}, {row.expires_on for row in self.invitations(rule)})

	def test_a_rule_of_0_days_finds_what_happened_after_the_night_s_run_and_what_is_told_late(self):
		rule, night = self.rule(offset_days=0, catch_up_days=0), VISITED.date()
		settled_visit(self.customers[3], self.store, on=VISITED - timedelta(days=1))
		self.assertEqual(0, self.run_on(rule, night))
		settled_visit(self.customers[0], self.store)
		self.assertEqual([1, 0], [self.run_on(rule, night + timedelta(days=days)) for days in (1, 2)])
		late = self.rule(offset_days=0, catch_up_days=5)
		self.run_on(late, night - timedelta(days=1))
		frappe.db.set_value(RULE, late.name, "last_run_for", night + timedelta(days=3))
		settled_visit(self.customers[1], self.store)
		self.run_on(late, night + timedelta(days=4))
		self.assertIn(self.customers[1], [row.customer for row in self.invitations(late)])

	def test_a_day_of_the_year_is_read_once_unless_it_was_missed(self):
		rule = self.rule(trigger="Days of the Year", days_of_year="11-22", below_store=self.store)

		def days_of(last: date, today: date) -> tuple[date, date]:
			return inviting.days_of(frappe._dict(rule.as_dict(), last_run_for=last, on_since=date(2026, 1, 1)), today)

		self.assertEqual((TODAY, TODAY), days_of(TODAY, TODAY))
		self.assertEqual((TODAY + timedelta(days=1),) * 2, days_of(TODAY, TODAY + timedelta(days=1)))
		self.assertEqual((TODAY, TODAY + timedelta(days=2)), days_of(TODAY - timedelta(days=1), TODAY + timedelta(days=2)))

	def test_a_customer_is_asked_once_in_the_quiet_time_by_all_rules_together(self):
		change_settings(survey_quiet_days=30)
		visits, deals = self.rule(), self.rule(trigger="After Delivery")
		settled_visit(self.customers[0], self.store)
		settled_visit(self.customers[0], self.store, on=VISITED + timedelta(hours=1))
		insert_plainly("C4S Deal", customer=self.customers[0], dealership=self.store, status="Delivered", delivered_on=VISITED)
		self.assertEqual([1, 0], [self.run_on(visits), self.run_on(deals)])
		settled_visit(self.customers[0], self.store, on=VISITED + timedelta(days=29))
		settled_visit(self.customers[0], self.store, on=VISITED + timedelta(days=30))
		self.assertEqual([0, 1], [self.run_on(visits, TODAY + timedelta(days=days)) for days in (29, 30)])

	def test_a_rule_may_ask_within_the_quiet_time_each_occasion_once(self):
		change_settings(survey_quiet_days=30)
		settled_visit(self.customers[0], self.store)
		self.run_on(self.rule())
		always = self.rule(asks_in_quiet_days=1)
		self.assertEqual([1, 0], [self.run_on(always), self.run_on(always)])

	def test_who_answered_on_the_phone_lately_is_left_alone(self):
		change_settings(survey_quiet_days=30)
		rule = self.rule()
		settled_visit(self.customers[0], self.store)
		insert_plainly("C4S Survey Response", survey=self.survey, dealership=self.store, customer=self.customers[0], responded_on=VISITED)
		self.assertEqual(0, self.run_on(rule))

	def test_killed_half_way_it_is_finished_by_the_next_run(self):
		rule = self.rule()
		for customer in self.customers:
			settled_visit(customer, self.store)
		write, calls = inviting.write, []

		def dying(*arguments):
			calls.append(arguments)
			if len(calls) == 2:
				raise KeyboardInterrupt
			return write(*arguments)

		with patch("crm4s.surveys.occasions.SLICE", 2):
			with patch.object(inviting, "write", dying), self.assertRaises(KeyboardInterrupt):
				self.run_on(rule)
			self.assertEqual(2, len(self.invitations(rule)))
			self.run_on(rule)
		self.assertEqual(sorted(self.customers), [row.customer for row in self.invitations(rule)])

	def test_a_survey_that_is_off_or_not_published_invites_nobody(self):
		rule = self.rule()
		settled_visit(self.customers[0], self.store)
		frappe.db.set_value("C4S Survey", self.survey, "enabled", 0)
		self.assertEqual(0, self.run_on(rule))


class TestReminderAndExpiry(InvitingTestCase):
	def setUp(self):
		super().setUp()
		self.made = self.rule(remind_after_days=4, valid_days=14)
		for customer in self.customers[:3]:
			settled_visit(customer, self.store)
		self.run_on(self.made)
		self.first, self.second, self.third = self.invitations(self.made)
		self.sent(self.first, "SMS")
		self.sent(self.second, "Desk Task")

	def sent(self, invitation, kind: str) -> None:
		values = {"status": "Sent", "channel_kind": kind, "sent_on": datetime(2026, 11, 22, 9)}
		frappe.db.set_value(MESSAGE, {"reference_doctype": INVITATION, "reference_name": invitation.name}, values)

	def remind_after(self, days: int) -> int:
		with stopped_at(datetime(2026, 11, 22, 10) + timedelta(days=days)):
			return inviting.remind()

	def test_who_got_the_message_and_has_not_answered_is_reminded_once(self):
		self.assertEqual([0, 1, 0], [self.remind_after(days) for days in (3, 4, 5)])
		keys = frappe.get_all(MESSAGE, {"reference_name": self.first.name}, pluck="source_key", order_by="source_key")
		self.assertEqual([f"survey:{self.first.name}:1", f"survey:{self.first.name}:2"], keys)

	def test_a_message_that_went_out_late_is_reminded_of_late_and_of_a_survey_that_is_off_nobody_is(self):
		frappe.db.set_value(MESSAGE, {"reference_name": self.first.name}, "sent_on", datetime(2026, 11, 24, 9))
		self.assertEqual(0, self.remind_after(5))
		frappe.db.set_value("C4S Survey", self.survey, "enabled", 0)
		self.assertEqual(0, self.remind_after(6))
		frappe.db.set_value("C4S Survey", self.survey, "enabled", 1)
		self.assertEqual(1, self.remind_after(6))

	def test_who_answered_is_not_reminded(self):
		frappe.db.set_value(INVITATION, self.first.name, "status", "Answered")
		self.assertEqual(0, self.remind_after(4))

	def test_when_its_time_is_over_it_ends_and_what_waits_is_not_sent(self):
		with stopped_at(datetime(2026, 12, 6, 23)):
			inviting.expire()
		self.assertEqual({"Invited"}, {row.status for row in self.invitations(self.made)})
		with stopped_at(datetime(2026, 12, 7, 1)):
			self.assertEqual([3, 0], [inviting.expire(), inviting.expire()])
		self.assertEqual({"Expired"}, {row.status for row in self.invitations(self.made)})
		self.assertEqual("Suppressed", frappe.db.get_value(MESSAGE, {"reference_name": self.third.name}, "status"))

	def test_one_that_is_withdrawn_is_not_called_about(self):
		task = insert_plainly("C4S Care Task", customer=self.second.customer, dealership=self.store, status="Open", why="x", due_on=TODAY,
			reference_doctype=INVITATION, reference_name=self.second.name)
		with as_user(make_user("CRM Specialist", [self.store])):
			api.withdraw(self.second.name, "Customer asked us not to")
		self.assertEqual(("Withdrawn", "Cancelled"), (frappe.db.get_value(INVITATION, self.second.name, "status"), frappe.db.get_value("C4S Care Task", task, "status")))
		with as_user(make_user("CRM Specialist", [make_dealership("SURVEY-OTHER").name])):
			self.assertRaises(frappe.PermissionError, api.withdraw, self.third.name, "x")


class TestSending(SendingTestCase):
	"""From the visit to what the customer reads, through the outbox and a provider's server."""

	def test_the_customer_gets_the_link_and_the_log_keeps_none(self):
		frappe.db.set_value(RULE, {"enabled": 1}, "enabled", 0)
		self.consent()
		rule = make_rule(offset_days=0)
		settled_visit(self.customer, self.store, on=now_datetime())
		self.assertEqual(1, inviting.run_rule(rule.name, getdate()))
		self.run_worker()
		name = frappe.db.get_value(INVITATION, {"rule": rule.name})
		self.assertIn(links.link_of(name), self.gateway.json_of()["content"])
		message = frappe.get_doc(MESSAGE, {"reference_doctype": INVITATION, "reference_name": name})
		self.assertEqual("Sent", message.status)
		self.assertNotIn(links.token_of(name), f"{message.sent_text} {message.values_json}")

	def test_who_gave_no_consent_is_called(self):
		rule = make_rule(offset_days=0, channels=[{"channel": "SMS"}, {"channel": "Desk Task"}])
		self.consent(channel_kind="Desk Task")
		frappe.db.set_value("C4S Message Channel", {"channel_kind": "Desk Task"}, "enabled", 1)
		settled_visit(self.customer, self.store, on=now_datetime())
		inviting.run_rule(rule.name, getdate())
		self.run_worker()
		self.assertEqual([], self.gateway.requests)
		name = frappe.db.get_value(INVITATION, {"rule": rule.name})
		task = frappe.get_doc("C4S Care Task", {"reference_doctype": INVITATION, "reference_name": name})
		self.assertEqual(("Open", self.customer, self.store), (task.status, task.customer, task.dealership))
		self.assertNotIn(links.token_of(name), task.why)


class TestDryRun(InvitingTestCase):
	def test_it_tells_who_would_be_asked_and_writes_nothing(self):
		rule = self.rule(offset_days=3)
		settled_visit(self.customers[0], self.store)
		answer = api.try_rule(rule.name, str(TODAY))
		self.assertEqual((1, 1, 0), (answer["found"], answer["new"], answer["quiet"]))
		self.assertEqual([self.store], [row["dealership"] for row in answer["sample"]])
		self.assertEqual([], self.invitations(rule))

	def test_whoever_writes_rules_may_run_one_at_once_when_it_is_on(self):
		rule = self.rule(enabled=0, offset_days=0)
		settled_visit(self.customers[0], self.store, on=now_datetime())
		with self.assertRaisesRegex(frappe.ValidationError, "Switch the rule on first"):
			api.run_now(rule.name)
		rule.update({"enabled": 1}).save()
		api.run_in_background(rule.name, "Administrator")
		self.assertEqual([self.customers[0]], [row.customer for row in self.invitations(rule)])
		with as_user(make_user("CRM Specialist", [self.store])):
			self.assertRaises(frappe.PermissionError, api.run_now, rule.name)

	def test_it_names_no_customer_of_other_stores_and_is_for_those_who_write_rules(self):
		rule = self.rule()
		settled_visit(self.customers[0], self.store)
		with as_user(make_user("CRM Manager", [make_dealership("SURVEY-OTHER").name])):
			answer = api.try_rule(rule.name, str(TODAY))
			self.assertEqual((1, []), (answer["new"], answer["sample"]))
		with as_user(make_user("CRM Specialist", [self.store])):
			self.assertRaises(frappe.PermissionError, api.try_rule, rule.name)


class TestTwoAtOnce(FrappeTestCase):
	def test_two_runs_at_the_same_moment_ask_each_customer_once(self):
		store, survey = make_dealership("SURVEY-AT-ONCE").name, make_survey()
		customers = [make_customer(store=store).name for _number in range(6)]
		visits = [settled_visit(customer, store) for customer in customers]
		first, second = make_rule(survey.name, below_store=store), make_rule(survey.name, below_store=store)
		self.addCleanup(self.take_away, customers, visits, [first.name, second.name], store, survey)

		def go(rule):
			# Slices are transactions of their own, as outside of tests.
			frappe.flags.in_test = False
			return inviting.run_rule(rule, TODAY)

		with patch("crm4s.surveys.occasions.SLICE", 2):
			counts = done(at_once(*[lambda rule=rule: go(rule.name) for rule in (first, second, first)]))
		found = frappe.get_all(INVITATION, {"customer": ["in", customers]}, pluck="customer")
		self.assertEqual((3, 6), (len(counts), sum(counts)))
		self.assertEqual(sorted(customers), sorted(found))

	def take_away(self, customers, visits, rules, store, survey) -> None:
		frappe.db.rollback()
		frappe.db.delete(MESSAGE, {"customer": ["in", customers]})
		frappe.db.delete(INVITATION, {"customer": ["in", customers]})
		frappe.db.delete("C4S Service Visit", {"name": ["in", visits]})
		for rule in rules:
			frappe.delete_doc(RULE, rule, force=True)
		frappe.delete_doc("C4S Survey", survey.name, force=True)
		for customer in customers:
			frappe.delete_doc("C4S Customer", customer, force=True)
		frappe.delete_doc("C4S Dealership", store, force=True)
		frappe.db.commit()
