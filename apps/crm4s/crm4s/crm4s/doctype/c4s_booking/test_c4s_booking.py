"""The rules of a booking, whoever makes it; what documents call is tested in bookings/tests."""

from datetime import timedelta

import frappe
from frappe.desk.calendar import update_event
from frappe.tests.utils import FrappeTestCase
from frappe.utils import formatdate, now_datetime

from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_holiday.test_c4s_holiday import make_holiday
from crm4s.exceptions import BookingError, SlotTakenError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests


def make_booking(resource, starts_at=None, ends_at=None, **overrides):
	"""A saved booking of tomorrow from ten to eleven."""
	values = {"doctype": "C4S Booking", "resource": resource.name, "dealership": resource.dealership}
	times = {"starts_at": starts_at or at(10), "ends_at": ends_at or at(11)}
	return frappe.get_doc({**values, **times, **overrides}).insert()


class BookingTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("BOOK-1")
		self.bay = make_bay(self.store)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertRefused(self, sentence: str, error=BookingError):
		return self.assertRaisesRegex(error, sentence)


class TestTime(BookingTestCase):
	def test_a_time_that_is_taken_is_refused_with_the_next_three(self):
		make_booking(self.bay)
		day = formatdate(at(10))
		sentence = (
			f"1号工位 is taken {day} 10:00–11:00; "
			f"next free: {day} 11:00–12:00, {day} 12:00–13:00, {day} 13:00–14:00."
		)
		with self.assertRaises(SlotTakenError) as refused:
			make_booking(self.bay)
		self.assertEqual(sentence, str(refused.exception))

	def test_one_may_begin_when_the_other_ends(self):
		make_booking(self.bay)
		make_booking(self.bay, at(11), at(12))
		make_booking(self.bay, at(9), at(10))

	def test_the_resource_gets_its_minutes_before_and_after(self):
		self.bay.update({"buffer_before_minutes": 5, "buffer_after_minutes": 10}).save()
		booking = make_booking(self.bay)
		self.assertEqual((at(9, 55), at(11, 10)), (booking.blocked_from, booking.blocked_until))
		with self.assertRefused(r"is taken .* 09:55–11:10; next free: .* 11:15–12:14", SlotTakenError):
			make_booking(self.bay, at(11, 14), at(12, 13))
		make_booking(self.bay, at(11, 15), at(12))

	def test_what_was_booked_keeps_its_minutes_when_the_resource_needs_others(self):
		self.bay.update({"buffer_after_minutes": 10}).save()
		booking = make_booking(self.bay)
		self.bay.update({"buffer_after_minutes": 60}).save()
		booking.reload()
		booking.update({"purpose": "洗车"}).save()
		self.assertEqual(at(11, 10), booking.blocked_until)

	def test_where_nothing_is_free_that_is_said(self):
		frappe.db.delete("C4S Opening Hours", {"parent": self.store})
		booking = make_booking(self.bay, at(10), at(10) + timedelta(days=40))
		with self.assertRefused("and in the next days no time is free", SlotTakenError):
			make_booking(self.bay, at(10), at(11))
		booking.update({"status": "Released"}).save()
		make_booking(self.bay, at(10), at(11))

	def test_an_end_before_the_start_is_refused(self):
		for end in (at(9), at(10)):
			with self.assertRefused("A booking must end later than it starts"):
				make_booking(self.bay, at(10), end)

	def test_a_booking_runs_from_minute_to_minute(self):
		booking = make_booking(self.bay, at(10) + timedelta(seconds=59), at(11) + timedelta(microseconds=5))
		self.assertEqual((at(10), at(11)), (booking.starts_at, booking.ends_at))

	def test_a_time_that_is_over_is_refused_but_not_one_of_this_minute(self):
		frappe.db.delete("C4S Opening Hours", {"parent": self.store})
		with self.assertRefused("is over; book a time that is still to come"):
			make_booking(self.bay, at(10, days=-1), at(11, days=-1))
		now = now_datetime()
		make_booking(self.bay, now - timedelta(minutes=5), now + timedelta(minutes=30))

	def test_more_than_a_quarter_is_refused(self):
		with self.assertRefused("A booking lasts at most 92 days"):
			make_booking(self.bay, at(10), at(11, days=94))

	def test_a_disabled_resource_is_refused(self):
		self.bay.update({"enabled": 0}).save()
		with self.assertRefused("1号工位 is disabled and cannot be booked"):
			make_booking(self.bay)

	def test_a_resource_of_another_store_is_refused(self):
		with self.assertRefused("1号工位 belongs to another store; choose one of 测试店 BOOK-2"):
			make_booking(self.bay, dealership=make_store("BOOK-2"))

	def test_what_is_missing_is_named(self):
		with self.assertRefused("A booking needs Ends At", frappe.MandatoryError):
			frappe.get_doc({"doctype": "C4S Booking", "resource": self.bay.name, "starts_at": at(10)}).insert()


class TestOpeningHours(BookingTestCase):
	def test_a_time_outside_the_hours_is_refused_and_the_hours_are_named(self):
		day = formatdate(at(10))
		with self.assertRaises(BookingError) as refused:
			make_booking(self.bay, at(17, 30), at(18, 30))
		self.assertEqual(
			f"{day} 17:30–18:30 is outside the opening hours of 测试店 BOOK-1: {day} 08:30–18:00.", str(refused.exception)
		)
		make_booking(self.bay, at(17), at(18))

	def test_a_closed_day_is_named(self):
		make_holiday(at(10).date(), dealership=self.store)
		with self.assertRefused(r"outside the opening hours of 测试店 BOOK-1: .* closed \(春节\)"):
			make_booking(self.bay)

	def test_the_night_is_refused_except_to_what_stays_out(self):
		with self.assertRefused("is outside the opening hours"):
			make_booking(self.bay, at(17), at(9, days=2))
		self.bay.update({"stays_out_overnight": 1}).save()
		make_booking(self.bay, at(17), at(9, days=2))
		with self.assertRefused("is outside the opening hours"):
			make_booking(self.bay, at(10, days=2), at(20, days=2))


class TestMoving(BookingTestCase):
	def drag(self, booking, starts_at, ends_at):
		"""As the calendar view does it."""
		args = {"doctype": booking.doctype, "name": booking.name, "starts_at": str(starts_at), "ends_at": str(ends_at)}
		update_event(frappe.as_json(args), frappe.as_json({"start": "starts_at", "end": "ends_at"}))
		booking.reload()
		return booking

	def test_a_booking_that_is_dragged_takes_the_new_time_and_frees_the_old(self):
		booking = self.drag(make_booking(self.bay), at(14), at(15))
		self.assertEqual((at(14), at(15)), (booking.starts_at, booking.ends_at))
		make_booking(self.bay)

	def test_a_booking_is_not_in_its_own_way(self):
		self.drag(make_booking(self.bay), at(10, 30), at(11, 30))

	def test_dragging_onto_another_one_is_refused(self):
		make_booking(self.bay)
		other = make_booking(self.bay, at(14), at(15))
		with self.assertRefused("is taken", SlotTakenError):
			self.drag(other, at(10, 30), at(11, 30))

	def test_giving_time_back_is_always_possible(self):
		booking = make_booking(self.bay)
		self.bay.update({"enabled": 0}).save()
		self.drag(booking, at(10), at(10, 30))
		with self.assertRefused("is disabled"):
			self.drag(booking, at(10), at(11))

	def test_a_released_booking_takes_no_time_and_asks_for_it_when_booked_again(self):
		booking = make_booking(self.bay)
		booking.update({"status": "Released"}).save()
		self.assertEqual(now_datetime().date(), booking.released_on.date())
		make_booking(self.bay)
		with self.assertRefused("is taken", SlotTakenError):
			booking.update({"status": "Booked"}).save()


class TestRoles(BookingTestCase):
	def test_managers_book_by_hand_and_consultants_look(self):
		booking = make_booking(self.bay)
		for role, may_write in (("Sales Consultant", False), ("Workshop Manager", True), ("Sales Manager", True)):
			with self.subTest(role), as_user(make_user(role, [self.store])):
				self.assertTrue(frappe.has_permission("C4S Booking", "read", booking.name))
				self.assertEqual(may_write, frappe.has_permission("C4S Booking", "write", booking.name))

	def test_nobody_books_a_resource_of_a_store_that_is_not_the_own(self):
		with as_user(make_user("Workshop Manager", [make_store("BOOK-2")])):
			for dealership in ("BOOK-1", "BOOK-2"):
				with self.assertRaises(frappe.PermissionError):
					make_booking(self.bay, dealership=dealership)


class TestIsolation(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Booking"
	role = "Workshop Manager"

	def make_document_of(self, store: str):
		bay = make_bay(store)
		return make_booking(bay)
