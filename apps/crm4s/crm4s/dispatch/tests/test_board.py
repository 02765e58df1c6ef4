import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.bookings.tests.factories import at
from crm4s.dispatch import api, board, steps
from crm4s.dispatch.standards import Standard, deadlines, lateness, minutes_between
from crm4s.dispatch.tests.factories import make_known_order, make_order, make_store, make_team
from crm4s.my_day.day import day_of
from crm4s.my_day.work import current_person
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

test_ignore = ["User"]


class TestBoard(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def orders(self) -> dict:
		return {order.name: order for order in board.read(self.store)["orders"]}

	def test_open_orders_and_those_that_ended_today_are_shown(self):
		open_one, today, before = make_order(self.store), make_order(self.store), make_order(self.store)
		steps.cancel(today, "误报")
		steps.cancel(before, "误报")
		frappe.db.set_value(before.doctype, before.name, "ended_on", add_to_date(now_datetime(), days=-1))
		make_order(make_store("DO-2"))
		self.assertEqual({open_one.name, today.name}, set(self.orders()))

	def test_a_home_service_of_another_day_waits_for_its_day(self):
		later = make_order(self.store, kind="Home Service", planned_from=at(10), trouble=None)
		self.assertNotIn(later.name, self.orders())
		frappe.db.set_value(later.doctype, later.name, "planned_from", now_datetime())
		self.assertIn(later.name, self.orders())

	def test_what_is_late_is_marked_with_why(self):
		order = make_order(self.store, called_on=add_to_date(now_datetime(), minutes=-20))
		self.assertEqual("Sent Late", self.orders()[order.name].late)
		steps.send(order, make_team(self.store).name)
		self.assertIsNone(self.orders()[order.name].late)
		frappe.db.set_value(order.doctype, order.name, "arrive_by", add_to_date(now_datetime(), minutes=-1))
		self.assertEqual("There Late", self.orders()[order.name].late)

	def test_the_phone_is_shown_to_those_who_call_and_to_the_team_while_the_order_is_open(self):
		technician = make_user("Technician", [self.store])
		team = make_team(self.store, members=[{"user": technician}])
		order = make_known_order(self.store)
		steps.send(order, team.name)
		for role, shown in (("Receptionist", True), ("Data Analyst", False)):
			with self.subTest(role), as_user(make_user(role, [self.store])):
				self.assertEqual(shown, bool(self.orders()[order.name].phone))
		with as_user(technician):
			self.assertEqual(order.contact_phone, self.orders()[order.name].phone)
		steps.arrive(order)
		steps.end(order, "Solved", {})
		self.assertIsNone(self.orders()[order.name].phone)

	def test_a_technician_sees_the_own_orders_and_another_store_is_refused(self):
		technician = make_user("Technician", [self.store])
		mine, other = make_order(self.store), make_order(self.store)
		steps.send(mine, make_team(self.store, members=[{"user": technician}]).name)
		with as_user(technician):
			self.assertEqual([mine.name], [order.name for order in api.get_board(self.store)["orders"]])
		for method in (api.get_board,):
			with as_user(make_user("Receptionist", [make_store("DO-2")])), self.assertRaises(frappe.PermissionError):
				method(self.store)
		self.assertTrue(other)

	def test_who_may_what_on_the_page(self):
		expected = {"Receptionist": (True, True), "Customer Service Representative": (True, True), "Technician": (False, False), "Data Analyst": (False, False)}
		for role, may in expected.items():
			with self.subTest(role), as_user(make_user(role, [self.store])):
				choices = api.get_choices()
				self.assertEqual(may, (choices["may_take_calls"], choices["may_send"]))
		with as_user(make_user("Sales Consultant", [self.store])), self.assertRaises(frappe.PermissionError):
			api.get_choices()

	def test_many_orders_take_as_many_queries_as_one(self):
		make_known_order(self.store)
		self.orders()
		with counted_queries() as one:
			self.orders()
		for _number in range(5):
			make_known_order(self.store)
		with counted_queries() as many:
			self.orders()
		self.assertEqual(len(one), len(many))

	def test_an_order_is_the_days_work_of_its_team(self):
		technician = make_user("Technician", [self.store])
		order = make_order(self.store)
		steps.send(order, make_team(self.store, members=[{"user": technician}]).name)
		with as_user(technician):
			found = [item for item in day_of(current_person())["items"] if item["doctype"] == order.doctype]
		self.assertEqual([(order.name, order.title)], [(item["name"], item["title"]) for item in found])


class TestStandards(FrappeTestCase):
	def test_deadlines_follow_from_the_call_or_the_planned_time(self):
		self.assertEqual((at(10, 5), at(10, 40)), deadlines(Standard(5, 40, 20), at(10), None))
		self.assertEqual((None, at(10, 40)), deadlines(Standard(0, 40, 20), at(10), None))
		self.assertEqual((at(14), at(14)), deadlines(Standard(5, 40, 20), at(10), at(14)))

	def test_an_order_is_late_after_its_minute_and_not_in_it(self):
		order = {"status": "Called", "dispatch_by": at(10, 5), "arrive_by": at(10, 40), "arrived_on": at(10, 30), "on_site_standard": 20}
		for status, moment, expected in (
			("Called", at(10, 5), None),
			("Called", at(10, 6), "Sent Late"),
			("Dispatched", at(10, 40), None),
			("On the Way", at(10, 41), "There Late"),
			("On Site", at(10, 50), None),
			("On Site", at(10, 51), "Stays Long"),
			("Solved", at(23), None),
		):
			with self.subTest(status, moment=moment):
				self.assertEqual(expected, lateness({**order, "status": status}, moment))

	def test_minutes_are_full_and_never_negative(self):
		self.assertEqual([10, 0, None], [minutes_between(at(10), at(10, 10)), minutes_between(at(10, 1), at(10)), minutes_between(at(10), None)])
