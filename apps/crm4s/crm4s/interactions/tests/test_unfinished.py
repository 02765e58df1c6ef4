"""Calls that nobody finished, and documents that do not come of them."""

from datetime import timedelta

import frappe
from frappe.utils import get_datetime, now_datetime

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase
from crm4s.interactions import actions, jobs
from crm4s.tests.people import as_user


class TestUnfinished(InteractionTestCase):
	def begin(self, hours_ago: float, **written) -> str:
		with as_user(self.agent):
			name = actions.begin({"dealership": self.store, "category": "Other Contact", "said": "空调不冷"})
		moment = now_datetime().replace(microsecond=0) - timedelta(hours=hours_ago)
		frappe.db.set_value("C4S Interaction", name, {"started_on": moment, "modified": moment, **written}, update_modified=False)
		return name

	def test_a_call_that_its_agent_never_finished_is_routed_with_a_due_time(self):
		ended = now_datetime().replace(microsecond=0) - timedelta(hours=5)
		name = self.begin(6, line_ended_on=ended)
		self.assertEqual(1, jobs.end_forgotten_calls())
		call = self.fresh(name)
		self.assertEqual(("Open", ended, 0, self.agent), (call.status, get_datetime(call.ended_on), call.missed, call.agent))
		self.assertTrue(call.department and call.due_on)
		self.assertEqual(0, jobs.end_forgotten_calls())

	def test_without_an_exchange_it_lasted_until_the_last_word(self):
		name = self.begin(6)
		typed = now_datetime().replace(microsecond=0) - timedelta(hours=5)
		frappe.db.set_value("C4S Interaction", name, "modified", typed, update_modified=False)
		self.assertEqual(1, jobs.end_forgotten_calls())
		self.assertEqual(typed, get_datetime(self.fresh(name).ended_on))

	def test_a_call_that_is_still_being_noted_stays_in_hand(self):
		name = self.begin(6, line_ended_on=now_datetime() - timedelta(hours=5), modified=now_datetime())
		self.assertEqual(0, jobs.end_forgotten_calls())
		self.assertEqual([name], actions.in_hand(self.agent))


class TestOutcome(InteractionTestCase):
	def test_another_customers_document_does_not_come_of_it(self):
		complaint = make_complaint(dealership=self.store)
		with as_user(self.agent):
			name = actions.begin({"dealership": self.store, "category": "Other Contact"})
			actions.set_outcome(name, "C4S Complaint", complaint.name)
			# The contact is of the complaint's customer from now on.
			self.assertEqual(complaint.customer, self.fresh(name).customer)
			other = make_complaint(dealership=self.store)
			with self.assertRaisesRegex(frappe.ValidationError, "of another customer"):
				actions.set_outcome(name, "C4S Complaint", other.name)
		self.assertEqual(complaint.name, self.fresh(name).reference_name)
