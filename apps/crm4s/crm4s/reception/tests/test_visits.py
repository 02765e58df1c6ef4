"""The way of a visit through the showroom, and the line of consultants that follows it."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, now_datetime

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import PHONE, make_visit, minutes_ago
from crm4s.exceptions import NobodyAvailableError, VisitMovedOnError
from crm4s.reception import api, visits
from crm4s.reception.closing import close_earlier_days
from crm4s.reception.tests.showroom import ENTRY, OTHER_STORE, STORE, ShowroomTestCase
from crm4s.tests.people import as_user

test_ignore = ["User"]
VISIT = "C4S Showroom Visit"


def busy_with(case, consultant: str):
	"""A visit that the consultant has taken."""
	visit = make_visit(dealership=STORE, phone=None)
	visits.hand_over(visit.name, consultant)
	with as_user(consultant):
		return visits.take(visit.name)


class HandOver:
	def test_who_has_been_available_longest_is_asked(self):
		visit = visits.hand_over(make_visit(dealership=STORE).name)
		self.assertEqual((self.anna, "Waiting for Consultant"), (visit.sales_consultant, visit.status))
		self.assertEqual(["ben", "carla"], self.order())

	def test_the_second_visitor_goes_to_the_second_consultant(self):
		visits.hand_over(make_visit(dealership=STORE).name)
		self.assertEqual(self.ben, visits.hand_over(make_visit(dealership=STORE, phone=None).name).sales_consultant)

	def test_the_consultant_of_the_open_lead_goes_first_if_available(self):
		make_lead(phone=PHONE, dealership=STORE, sales_consultant=self.carla)
		self.assertEqual(self.carla, visits.hand_over(make_visit(dealership=STORE).name).sales_consultant)

	def test_the_consultant_of_the_last_visit_goes_first_if_nobody_else_knows_the_visitor(self):
		earlier = make_visit(dealership=STORE, arrived_on=add_days(now_datetime(), -9))
		frappe.db.set_value(VISIT, earlier.name, "sales_consultant", self.ben)
		self.assertEqual(self.ben, visits.hand_over(make_visit(dealership=STORE).name).sales_consultant)

	def test_the_next_one_is_asked_where_the_own_consultant_is_busy_or_away(self):
		make_lead(phone=PHONE, dealership=STORE, sales_consultant=self.carla)
		busy_with(self, self.carla)
		self.assertEqual(self.anna, visits.hand_over(make_visit(dealership=STORE).name).sales_consultant)

	def test_a_busy_consultant_is_asked_only_by_name(self):
		busy_with(self, self.anna)
		visit = visits.hand_over(make_visit(dealership=STORE, phone=None).name, self.anna)
		self.assertEqual(self.anna, visit.sales_consultant)

	def test_nobody_is_next_where_all_are_busy_or_away(self):
		for user in (self.anna, self.ben, self.carla):
			busy_with(self, user)
		with self.assertRaisesRegex(NobodyAvailableError, "No consultant in the line is available"):
			visits.hand_over(make_visit(dealership=STORE).name)

	def test_whoever_is_not_here_cannot_be_asked(self):
		with self.assertRaisesRegex(NobodyAvailableError, "is not in the line today"):
			visits.hand_over(make_visit(dealership=STORE).name, self.receptionist)

	def test_yesterdays_line_is_nobodys_today(self):
		frappe.db.set_value(ENTRY, {"dealership": STORE}, "since", add_days(now_datetime(), -1))
		self.assertRaises(NobodyAvailableError, visits.hand_over, make_visit(dealership=STORE).name)

	def test_a_visitor_is_handed_over_once(self):
		visit = make_visit(dealership=STORE)
		visits.hand_over(visit.name)
		with self.assertRaisesRegex(VisitMovedOnError, "has been asked already"):
			visits.hand_over(visit.name)

	def test_the_consultant_is_told_on_screen_and_in_the_bell(self):
		visit = make_visit(dealership=STORE)
		with patch("frappe.publish_realtime") as published:
			visits.hand_over(visit.name)
		told = [call for call in published.call_args_list if call.kwargs.get("user") == self.anna]
		self.assertIn("c4s_visitor_handed_over", [call.args[0] for call in told if call.args])
		note = frappe.get_last_doc("Notification Log", {"for_user": self.anna})
		self.assertEqual((visit.name, "A visitor waits for you: 周敏"), (note.document_name, note.subject))

	def test_the_message_to_all_boards_names_the_store_only(self):
		visit = make_visit(dealership=STORE)
		with patch("frappe.publish_realtime") as published:
			visits.hand_over(visit.name)
		boards = [call for call in published.call_args_list if call.args and call.args[0] == "c4s_reception_changed"]
		self.assertTrue(boards)
		self.assertEqual([{"dealership": STORE}] * len(boards), [call.args[1] for call in boards])


class Answer:
	def test_taking_ends_the_waiting(self):
		visit = make_visit(dealership=STORE, arrived_on=minutes_ago(12))
		visits.hand_over(visit.name)
		with as_user(self.anna):
			visit = visits.take(visit.name)
		self.assertEqual(("With Consultant", 12), (visit.status, visit.waiting_minutes))

	def test_a_consultant_takes_a_visitor_for_whom_nobody_was_asked(self):
		visit = make_visit(dealership=STORE)
		with as_user(self.ben):
			visit = visits.take(visit.name)
		self.assertEqual((self.ben, "With Consultant"), (visit.sales_consultant, visit.status))
		self.assertEqual(["anna", "carla"], self.order())

	def test_passing_on_asks_the_next_and_leads_to_the_end_of_the_line(self):
		visit = make_visit(dealership=STORE)
		visits.hand_over(visit.name)
		with as_user(self.anna):
			visit = visits.pass_on(visit.name)
		self.assertEqual((self.ben, "Waiting for Consultant"), (visit.sales_consultant, visit.status))
		self.assertEqual(["carla", "anna"], self.order())

	def test_a_visitor_whom_all_pass_on_waits_again(self):
		frappe.db.delete(ENTRY, {"user": ["in", [self.ben, self.carla]]})
		visit = make_visit(dealership=STORE)
		visits.hand_over(visit.name)
		visit = visits.pass_on(visit.name)
		self.assertEqual((None, "Waiting for Consultant", None), (visit.sales_consultant, visit.status, visit.offered_on))

	def test_nobody_answers_for_a_colleague_but_those_who_keep_the_line(self):
		visit = make_visit(dealership=STORE)
		visits.hand_over(visit.name)
		with as_user(self.ben), self.assertRaisesRegex(frappe.PermissionError, "only he or she answers"):
			api.take(visit.name)
		with as_user(self.receptionist):
			self.assertEqual("With Consultant", api.take(visit.name)["status"])


class Undo:
	def test_a_wrong_hand_over_gives_the_consultant_the_place_in_line_back(self):
		visit = make_visit(dealership=STORE)
		visits.hand_over(visit.name)
		visit = visits.take_back(visit.name)
		self.assertEqual(("Waiting for Consultant", None), (visit.status, visit.sales_consultant))
		self.assertEqual(["anna", "ben", "carla"], self.order())

	def test_a_hand_over_that_was_taken_can_be_taken_back(self):
		visit = visits.take_back(busy_with(self, self.ben).name)
		self.assertEqual(("Waiting for Consultant", None, 0), (visit.status, visit.taken_on, visit.waiting_minutes))
		self.assertEqual(["anna", "ben", "carla"], self.order())

	def test_a_wrong_leaving_brings_the_visitor_back_to_the_consultant(self):
		name = busy_with(self, self.anna).name
		visits.leave(name)
		visit = visits.come_back(name)
		self.assertEqual(("With Consultant", None, 0), (visit.status, visit.left_on, visit.duration_minutes))
		self.assertEqual("Serving", self.state(self.anna))

	def test_a_visit_of_an_earlier_day_is_over(self):
		visit = make_visit(dealership=STORE, arrived_on=add_days(now_datetime(), -1))
		close_earlier_days()
		with self.assertRaisesRegex(frappe.ValidationError, "Only a visit of today can be taken up again"):
			visits.come_back(visit.name)

	def test_there_must_be_something_to_undo(self):
		visit = make_visit(dealership=STORE)
		self.assertRaises(VisitMovedOnError, visits.take_back, visit.name)
		self.assertRaises(VisitMovedOnError, visits.come_back, visit.name)


class Leaving:
	def test_who_served_goes_to_the_end_of_the_line(self):
		name = busy_with(self, self.anna).name
		visit = visits.leave(name, result="Comes Again", note="周末再来")
		self.assertEqual(("Gone", "Comes Again", "周末再来", 10), (visit.status, visit.result, visit.note, visit.duration_minutes))
		self.assertEqual(["ben", "carla", "anna"], self.order())

	def test_who_has_another_visitor_stays_busy(self):
		first, second = busy_with(self, self.anna), make_visit(dealership=STORE, phone=None)
		visits.hand_over(second.name, self.anna)
		visits.leave(first.name)
		self.assertEqual("Serving", self.state(self.anna))
		visits.leave(second.name)
		self.assertEqual("In Line", self.state(self.anna))

	def test_who_went_away_stays_away(self):
		name = busy_with(self, self.anna).name
		with as_user(self.anna):
			api.set_presence(STORE, "Away")
		visits.leave(name)
		self.assertEqual("Away", self.state(self.anna))

	def test_a_visitor_who_left_unserved_has_waited_until_then(self):
		visit = visits.leave(make_visit(dealership=STORE, arrived_on=minutes_ago(20)).name)
		self.assertEqual((20, 20), (visit.waiting_minutes, visit.duration_minutes))

	def test_nobody_leaves_twice(self):
		visit = make_visit(dealership=STORE)
		visits.leave(visit.name)
		for step in (visits.leave, visits.hand_over, visits.take):
			with self.assertRaisesRegex(VisitMovedOnError, "The visitor has left already"):
				step(visit.name)

	def test_at_night_whoever_is_still_noted_has_left_at_a_time_nobody_knows(self):
		yesterday = make_visit(dealership=STORE, arrived_on=add_days(now_datetime(), -1))
		today = make_visit(dealership=STORE)
		close_earlier_days()
		self.assertEqual(("Gone", None), frappe.db.get_value(VISIT, yesterday.name, ["status", "left_on"]))
		self.assertEqual("Waiting for Consultant", frappe.db.get_value(VISIT, today.name, "status"))


class Presence:
	def test_a_consultant_comes_to_the_end_of_the_line(self):
		with as_user(self.anna):
			api.set_presence(STORE, "Away")
			api.set_presence(STORE, "In Line")
		self.assertEqual(["ben", "carla", "anna"], self.order())

	def test_coming_twice_does_not_lose_the_place(self):
		with as_user(self.anna):
			api.set_presence(STORE, "In Line")
		self.assertEqual(["anna", "ben", "carla"], self.order())

	def test_a_newcomer_joins(self):
		frappe.db.delete(ENTRY, {"user": self.anna})
		with as_user(self.receptionist):
			api.set_presence(STORE, "In Line", self.anna)
		self.assertEqual(["ben", "carla", "anna"], self.order())

	def test_only_consultants_of_the_store_join(self):
		with as_user(self.receptionist), self.assertRaisesRegex(frappe.ValidationError, "is no sales consultant of this store"):
			api.set_presence(STORE, "In Line", self.stranger)

	def test_a_consultant_does_not_move_colleagues(self):
		with as_user(self.anna), self.assertRaisesRegex(frappe.PermissionError, "Only those who keep the line"):
			api.set_presence(STORE, "Away", self.ben)

	def test_nobody_says_he_is_busy(self):
		with as_user(self.anna), self.assertRaisesRegex(frappe.ValidationError, "busy is whoever has a visitor"):
			api.set_presence(STORE, "Serving")


class LeadOfVisit:
	def test_a_lead_is_opened_once_with_what_the_visitor_said(self):
		visit = visits.hand_over(make_visit(dealership=STORE).name)
		with as_user(self.receptionist):
			names = {api.open_lead(visit.name)["lead"] for _ in range(2)}
		lead = frappe.get_doc("C4S Lead", *names)
		self.assertEqual(
			("周敏", "+8613900139100", "Walk-in", self.anna, STORE),
			(lead.lead_name, lead.phone, lead.source, lead.sales_consultant, lead.dealership),
		)

	def test_the_open_lead_of_the_phone_is_joined_instead(self):
		visit = make_visit(dealership=STORE)
		lead = make_lead(phone=PHONE, dealership=STORE)
		self.assertEqual(lead.name, visits.open_lead(visit.name).lead)

	def test_a_visitor_without_a_name_has_no_lead(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Enter the visitor's name first"):
			visits.open_lead(make_visit(dealership=STORE, visitor_name=None).name)


class AnotherStore:
	def test_no_method_serves_the_people_of_another_store(self):
		visit = make_visit(dealership=STORE)
		calls = {
			"get_board": lambda: api.get_board(STORE),
			"look_up": lambda: api.look_up(STORE, PHONE),
			"receive": lambda: api.receive(STORE),
			"set_presence": lambda: api.set_presence(STORE, "In Line"),
			**{
				step: lambda step=step: getattr(api, step)(visit.name)
				for step in ("hand_over", "take", "pass_on", "take_back", "leave", "come_back", "open_lead")
			},
		}
		with as_user(self.stranger):
			for name, call in calls.items():
				with self.subTest(name):
					self.assertRaises(frappe.PermissionError, call)

	def test_the_board_shows_the_own_store_only(self):
		own, other = make_visit(dealership=STORE), make_visit(dealership=OTHER_STORE)
		with as_user(self.receptionist):
			shown = {visit.name for visit in api.get_board(STORE)["visits"]}
		self.assertIn(own.name, shown)
		self.assertNotIn(other.name, shown)


class TestShowroom(HandOver, Answer, Undo, Leaving, Presence, LeadOfVisit, AnotherStore, ShowroomTestCase):
	"""One class, so that the people are made once."""
