import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s import bookings
from crm4s.bookings.tests.factories import at, make_bay
from crm4s.dispatch import actions, steps
from crm4s.dispatch.tests.factories import make_known_order, make_order, make_store, make_team
from crm4s.exceptions import BookingError, DispatchError, SlotTakenError
from crm4s.service.tests.test_walk_round import picture
from crm4s.tests import clock
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def stopped_at(moment):
	"""Not at a full second: of such a moment two versions of Frappe make two texts."""
	return clock.stopped_at(moment.replace(microsecond=1))


class StepsTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")
		self.team = make_team(self.store)
		# In the middle of the night, when the store is closed.
		self.night = at(2, 30)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def booking(self, order) -> tuple:
		return frappe.db.get_value("C4S Booking", {"reference_name": order.name, "status": "Booked"}, ["resource", "starts_at", "ends_at"])

	def assertSaysWhy(self, sentence: str, error=DispatchError):
		return self.assertRaisesRegex(error, sentence)


class TestFromCallToEnd(StepsTestCase):
	def test_each_step_is_stamped_and_the_team_is_taken_for_as_long_as_the_standards_say(self):
		with stopped_at(self.night):
			order = make_known_order(self.store)
			steps.send(order, self.team.name)
			# 40 minutes to be there and 20 on site.
			self.assertEqual((self.team.name, self.night, add_to_date(self.night, minutes=60)), self.booking(order))
		for minute, step, status in ((33, steps.depart, "On the Way"), (55, steps.arrive, "On Site")):
			with stopped_at(at(2, minute)):
				step(order)
				self.assertEqual(status, order.status)
		with stopped_at(at(3, 10)):
			steps.end(order, "Solved", {"remark": "搭电启动", "driven_km": 18.5})
		stamps = [frappe.utils.get_datetime(order.get(field)).replace(microsecond=0) for field in ("called_on", "dispatched_on", "departed_on", "arrived_on", "ended_on")]
		self.assertEqual([self.night, self.night, at(2, 33), at(2, 55), at(3, 10)], stamps)
		self.assertEqual(("Solved", "搭电启动", 18.5), (order.status, order.remark, order.driven_km))
		# What is left of its time is free for others.
		self.assertEqual((self.team.name, self.night, at(3, 10)), self.booking(order))

	def test_a_team_that_follows_the_opening_hours_is_not_sent_at_night(self):
		team = make_team(self.store, "日间救援", opening_hours_only=1)
		with stopped_at(self.night):
			order = make_order(self.store)
			with self.assertSaysWhy("is outside the opening hours", BookingError):
				steps.send(order, team.name)
			order.reload()
			self.assertEqual(("Called", None), (order.status, order.team))

	def test_a_team_may_forget_to_say_that_it_set_out(self):
		order = make_order(self.store)
		steps.send(order, self.team.name)
		steps.arrive(order)
		self.assertEqual(("On Site", None), (order.status, order.departed_on))

	def test_a_step_out_of_its_order_is_refused(self):
		order = make_order(self.store)
		for step in (steps.depart, steps.arrive, lambda order: steps.end(order, "Solved", {}), steps.take_back):
			with self.assertSaysWhy(f"Order {order.name} is Called."):
				step(order)
		steps.send(order, self.team.name)
		with self.assertSaysWhy("is Dispatched already, with 1号救援车"):
			steps.send(order, self.team.name)

	def test_what_happened_without_a_network_is_entered_later_in_its_order(self):
		called = add_to_date(now_datetime(), minutes=-60)
		order = make_order(self.store, called_on=called)
		steps.send(order, self.team.name)
		frappe.db.set_value(order.doctype, order.name, "dispatched_on", add_to_date(called, minutes=5))
		order.reload()
		for moment in (add_to_date(called, minutes=2), add_to_date(now_datetime(), minutes=10)):
			with self.assertSaysWhy("Enter a time from"):
				steps.arrive(order, moment)
		steps.arrive(order, add_to_date(called, minutes=40))
		self.assertEqual(add_to_date(called, minutes=40), order.arrived_on)

	def test_for_how_long_the_team_is_taken_may_be_said(self):
		with stopped_at(self.night):
			order = make_order(self.store)
			steps.send(order, self.team.name, 180)
			self.assertEqual((self.team.name, self.night, add_to_date(self.night, minutes=180)), self.booking(order))

	def test_a_home_service_takes_the_team_from_the_planned_time(self):
		order = make_order(self.store, kind="Home Service", planned_from=at(10), planned_minutes=75, trouble=None)
		steps.send(order, self.team.name)
		self.assertEqual((self.team.name, at(10), at(11, 15)), self.booking(order))


class TestOneTeamOneOrder(StepsTestCase):
	def test_a_team_that_is_booked_is_refused_with_its_next_free_times(self):
		first, second = make_order(self.store), make_order(self.store)
		steps.send(first, self.team.name)
		with self.assertSaysWhy("is still on order"):
			steps.send(second, self.team.name)
		second.reload()
		bookings.book(make_team(self.store, "2号救援车").name, now_datetime(), add_to_date(now_datetime(), minutes=45), purpose="洗车")
		with self.assertSaysWhy("2号救援车 is taken .* next free", SlotTakenError):
			steps.send(second, frappe.db.get_value("C4S Resource", {"resource_name": "2号救援车"}))
		second.reload()
		self.assertEqual(("Called", None), (second.status, second.team))

	def test_a_team_that_is_out_longer_than_planned_is_not_free(self):
		with stopped_at(self.night):
			first, second = make_order(self.store), make_order(self.store)
			steps.send(first, self.team.name)
			steps.arrive(first)
		with stopped_at(at(5)), self.assertSaysWhy("1号救援车 is still on order"):
			steps.send(second, self.team.name)

	def test_a_team_does_not_set_out_for_two_orders_at_once(self):
		later = make_order(self.store, kind="Home Service", planned_from=at(10), trouble=None)
		steps.send(later, self.team.name)
		now = make_order(self.store)
		steps.send(now, self.team.name)
		steps.depart(now)
		with self.assertSaysWhy(f"is still on order {now.name}"):
			steps.depart(later)

	def test_only_a_team_of_the_own_store_is_sent(self):
		order = make_order(self.store)
		for team, sentence in ((make_team(make_store("DO-2")), "belongs to another store"), (make_bay(self.store), "Choose a rescue team or a technician")):
			with self.assertSaysWhy(sentence):
				steps.send(order, team.name)
			order.reload()

	def test_another_team_goes_instead_and_the_first_is_free_again(self):
		other = make_team(self.store, "2号救援车")
		order = make_order(self.store)
		steps.send(order, self.team.name)
		steps.depart(order)
		sent_on = order.dispatched_on
		steps.send_other(order, other.name)
		self.assertEqual(("Dispatched", other.name, None, sent_on), (order.status, order.team, order.departed_on, order.dispatched_on))
		steps.send(make_order(self.store), self.team.name)
		with self.assertSaysWhy("has the order already"):
			steps.send_other(order, other.name)

	def test_a_team_that_is_called_back_is_free_and_the_order_waits(self):
		order = make_order(self.store)
		steps.send(order, self.team.name)
		steps.take_back(order)
		self.assertEqual(("Called", None, None, None), (order.status, order.team, order.team_booking, order.dispatched_on))
		steps.send(make_order(self.store), self.team.name)

	def test_where_the_other_team_is_taken_the_first_one_keeps_the_order(self):
		other = make_team(self.store, "2号救援车")
		bookings.book(other.name, now_datetime(), add_to_date(now_datetime(), minutes=30))
		order = make_order(self.store)
		steps.send(order, self.team.name)
		with self.assertRaises(SlotTakenError):
			steps.send_other(order, other.name)
		self.assertEqual(("Dispatched", self.team.name), frappe.db.get_value(order.doctype, order.name, ["status", "team"]))
		self.assertEqual(self.team.name, self.booking(order)[0])

	def test_moving_the_teams_time_in_the_calendar_moves_it_on_the_order(self):
		order = make_order(self.store, kind="Home Service", planned_from=at(10), planned_minutes=60, trouble=None)
		steps.send(order, self.team.name)
		booking = frappe.get_doc("C4S Booking", order.team_booking)
		booking.update({"starts_at": at(10, 30), "ends_at": at(12)}).save()
		self.assertEqual((at(10, 30), at(12)), frappe.db.get_value(order.doctype, order.name, ["team_from", "team_until"]))
		booking.resource = make_team(self.store, "2号救援车").name
		with self.assertSaysWhy("is changed on order"):
			booking.save()


class TestCancelling(StepsTestCase):
	def test_it_needs_a_reason_and_gives_the_team_back(self):
		order = make_order(self.store)
		steps.send(order, self.team.name)
		with self.assertSaysWhy("Say why"):
			steps.cancel(order, "  ")
		order.reload()
		steps.cancel(order, "车主自行启动")
		self.assertEqual(("Cancelled", "车主自行启动"), (order.status, order.cancel_reason))
		steps.send(make_order(self.store), self.team.name)

	def test_fees_are_not_lost_by_cancelling(self):
		order = make_order(self.store, fees=[{"item_kind": "Call-Out", "item_name": "空驶费", "quantity": 1, "unit_price": 80}])
		with self.assertSaysWhy("There are fees to pay"):
			steps.cancel(order, "客户离开")

	def test_what_has_ended_is_over(self):
		order = make_order(self.store)
		steps.cancel(order, "误报")
		for step in (lambda: steps.cancel(order, "再次"), lambda: steps.send(order, self.team.name)):
			with self.assertSaysWhy(f"Order {order.name} is Cancelled."):
				step()


class TestWhoMay(StepsTestCase):
	def setUp(self):
		super().setUp()
		self.technician = make_user("Technician", [self.store])
		self.team.append("members", {"user": self.technician})
		self.team.save()

	def test_the_team_does_its_own_order_and_those_who_send_do_everything(self):
		order = make_known_order(self.store)
		with as_user(make_user("Receptionist", [self.store])):
			actions.send(order.name, self.team.name)
		with as_user(self.technician):
			actions.depart(order.name)
			actions.arrive(order.name)
			photo = actions.add_photo(order.name, picture())
			self.addCleanup(frappe.get_doc("File", {"file_url": photo}).delete_file_data_content)
			self.assertTrue(actions.solve(order.name, fees=[{"item_kind": "Call-Out", "item_name": "出车费", "unit_price": 100}], agreed=1))
		self.assertEqual("Solved", frappe.db.get_value(order.doctype, order.name, "status"))

	def test_the_team_neither_sends_nor_cancels(self):
		order = make_order(self.store)
		steps.send(order, self.team.name)
		with as_user(self.technician):
			for call in (
				lambda: actions.send_other(order.name, self.team.name),
				lambda: actions.take_back(order.name),
				lambda: actions.cancel(order.name, "不去了"),
				lambda: actions.take_call({"dealership": self.store}),
				lambda: actions.open_visit(order.name),
				lambda: actions.enter_car(order.name, "LFV3A23C0K3000019"),
			):
				self.assertRaises(frappe.PermissionError, call)

	def test_another_team_or_another_store_does_nothing(self):
		order = make_order(self.store)
		steps.send(order, self.team.name)
		for user in (make_user("Technician", [self.store]), make_user("Workshop Manager", [make_store("DO-2")])):
			with as_user(user):
				for call in (
					lambda: actions.depart(order.name),
					lambda: actions.arrive(order.name),
					lambda: actions.solve(order.name),
					lambda: actions.tow(order.name),
					lambda: actions.add_photo(order.name, picture()),
					lambda: actions.send_other(order.name, self.team.name),
					lambda: actions.cancel(order.name, "x"),
				):
					self.assertRaises(frappe.PermissionError, call)

	def test_somebody_who_reads_only_is_no_team(self):
		order = make_order(self.store)
		steps.send(order, self.team.name)
		with as_user(make_user("CRM Specialist", [self.store])), self.assertRaisesRegex(frappe.PermissionError, "another team's"):
			actions.depart(order.name)

	def test_a_photo_that_is_no_picture_is_refused_and_nothing_is_kept(self):
		order = make_order(self.store)
		with self.assertRaisesRegex(frappe.ValidationError, "is no picture"):
			actions.add_photo(order.name, "aGVsbG8=")
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": order.name}))


class TestTakingACall(StepsTestCase):
	def test_the_position_is_read_as_maps_copy_it(self):
		name = actions.take_call(
			frappe.as_json({"dealership": self.store, "contact_phone": "13800138093", "plate_number": "沪A8091B", "trouble": "Flat Tyre", "address": "中环路"}),
			position="121.49, 31.24",
		)
		self.assertEqual((31.24, 121.49, "+8613800138093"), frappe.db.get_value("C4S Dispatch Order", name, ["latitude", "longitude", "contact_phone"]))

	def test_what_is_no_position_is_refused_and_no_order_is_made(self):
		values = {"dealership": self.store, "contact_phone": "13800138093", "plate_number": "沪A8091B", "trouble": "Flat Tyre", "address": "中环路"}
		with self.assertRaisesRegex(frappe.ValidationError, "is no position"):
			actions.take_call(values, position="中环路")
		self.assertFalse(frappe.db.exists("C4S Dispatch Order", {"contact_phone": "+8613800138093"}))

	def test_a_call_for_a_store_that_is_not_the_own_is_refused(self):
		with as_user(make_user("Receptionist", [make_store("DO-2")])), self.assertRaises(frappe.PermissionError):
			actions.take_call({"dealership": self.store, "contact_phone": "13800138093", "plate_number": "沪A8091B", "trouble": "Flat Tyre", "address": "中环路"})
