"""What documents call: book, move, finish, release, free slots; and the calendar's events."""

import json
from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s import bookings
from crm4s.bookings.availability import find_free_slots
from crm4s.bookings.calendar import get_events
from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_holiday.test_c4s_holiday import make_holiday
from crm4s.exceptions import BookingError, SlotTakenError
from crm4s.tests.people import as_user, make_user


class BookingsTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("BOOK-1")
		self.bay = make_bay(self.store)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def times(self, booking: str) -> tuple:
		return frappe.db.get_value("C4S Booking", booking, ["resource", "starts_at", "ends_at", "status"])


class TestBooking(BookingsTestCase):
	def test_a_refused_booking_leaves_nothing_behind(self):
		first = bookings.book(self.bay.name, at(10), at(11))
		with self.assertRaises(SlotTakenError):
			bookings.book(self.bay.name, at(10, 30), at(11, 30))
		self.assertEqual([first], frappe.get_all("C4S Booking", {"resource": self.bay.name}, pluck="name"))

	def test_a_resource_of_another_store_is_refused(self):
		with self.assertRaisesRegex(BookingError, "belongs to another store"):
			bookings.book(self.bay.name, at(10), at(11), dealership=make_store("BOOK-2"))

	def test_moving_takes_the_new_slot_and_frees_the_old(self):
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.move(booking, at(14), at(15))
		self.assertEqual((self.bay.name, at(14), at(15), "Booked"), self.times(booking))
		bookings.book(self.bay.name, at(10), at(11))

	def test_moving_to_another_resource_frees_the_first(self):
		other = make_bay(self.store, resource_name="2号工位")
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.move(booking, at(10), at(11), resource=other.name)
		self.assertEqual(other.name, self.times(booking)[0])
		bookings.book(self.bay.name, at(10), at(11))

	def test_the_old_slot_is_kept_when_the_new_one_is_refused(self):
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.book(self.bay.name, at(14), at(15))
		for start, end, error in ((at(14), at(15), SlotTakenError), (at(19), at(20), BookingError)):
			with self.assertRaises(error):
				bookings.move(booking, start, end)
			self.assertEqual((self.bay.name, at(10), at(11), "Booked"), self.times(booking))
		with self.assertRaises(SlotTakenError):
			bookings.book(self.bay.name, at(10), at(11))

	def test_a_released_slot_is_free(self):
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.release(booking)
		bookings.release(booking)
		self.assertEqual("Released", self.times(booking)[3])
		bookings.book(self.bay.name, at(10), at(11))

	def test_what_is_finished_early_leaves_the_rest_to_others(self):
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.finish(booking, at(10, 20) + timedelta(seconds=30))
		self.assertEqual((self.bay.name, at(10), at(10, 20), "Booked"), self.times(booking))
		bookings.book(self.bay.name, at(10, 20), at(11))

	def test_what_is_finished_late_keeps_what_was_booked(self):
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.finish(booking, at(12))
		self.assertEqual(at(11), self.times(booking)[2])

	def test_what_is_finished_before_it_began_is_released(self):
		booking = bookings.book(self.bay.name, at(10), at(11))
		bookings.finish(booking, at(10))
		self.assertEqual("Released", self.times(booking)[3])


class TestFreeSlots(BookingsTestCase):
	def starts(self, kind="Bay", minutes=60, **options) -> dict[str, list[str]]:
		found = bookings.free_slots(self.store, kind, at(0).date(), minutes, **options)
		return {row["resource_name"]: [f"{start:%H:%M}" for start, _end in row["slots"]] for row in found}

	def test_what_is_left_of_a_day(self):
		bookings.book(self.bay.name, at(8, 30), at(15))
		bookings.book(self.bay.name, at(16), at(17, 15))
		self.assertEqual({"1号工位": ["15:00"]}, self.starts())

	def test_buffers_and_closed_days_count(self):
		self.bay.update({"buffer_before_minutes": 15, "buffer_after_minutes": 15}).save()
		bookings.book(self.bay.name, at(8, 30), at(16))
		self.assertEqual({"1号工位": ["16:30", "16:45", "17:00"]}, self.starts())
		make_holiday(at(0).date())
		self.assertEqual({"1号工位": []}, self.starts())

	def test_the_past_is_not_offered(self):
		frappe.db.delete("C4S Opening Hours", {"parent": self.store})
		slots = bookings.free_slots(self.store, "Bay", now_datetime().date(), 15)[0]["slots"]
		self.assertGreaterEqual(min([start for start, _end in slots], default=now_datetime()), now_datetime().replace(second=0, microsecond=0))

	def test_disabled_other_kinds_other_stores_and_other_models_are_left_out(self):
		car = make_resource(self.store)
		make_bay(self.store, resource_name="停用", enabled=0)
		make_bay(make_store("BOOK-2"), resource_name="别店")
		self.assertEqual(["1号工位"], list(self.starts()))
		self.assertEqual([car.resource_name], list(self.starts("Test-Drive Car", model=car.model)))
		self.assertEqual([], list(self.starts("Test-Drive Car", model="不存在")))

	def test_more_resources_and_bookings_ask_no_more_queries(self):
		bookings.book(self.bay.name, at(10), at(11))
		self.starts()
		with self.count_queries() as few:
			self.starts()
		for number in range(5):
			bay = make_bay(self.store, resource_name=f"工位{number}")
			bookings.book(bay.name, at(10), at(11))
			bookings.book(bay.name, at(14), at(15))
		with self.count_queries() as many:
			self.assertEqual(6, len(self.starts()))
		self.assertEqual(few, many)

	def count_queries(self):
		return _Counter()

	def test_a_user_of_another_store_is_told_nothing(self):
		with as_user(make_user("Sales Consultant", [make_store("BOOK-2")])):
			self.assertEqual([], find_free_slots(self.store, "Bay", str(at(0).date()), 60))
		with as_user(make_user("Auditor", [self.store])), self.assertRaises(frappe.PermissionError):
			find_free_slots(self.store, "Bay", str(at(0).date()), 60)


class TestCalendar(BookingsTestCase):
	def events(self, *filters, doctype="C4S Booking", days=1) -> list[str]:
		wanted = [["C4S Booking", "resource", "=", self.bay.name, False], *filters]
		return [row.name for row in get_events(doctype, str(at(0, days=days)), str(at(0, days=days + 1)), json.dumps(wanted))]

	def test_it_shows_what_touches_the_days_and_is_not_released(self):
		self.bay.update({"stays_out_overnight": 1}).save()
		night = bookings.book(self.bay.name, at(17), at(9, days=2))
		later = bookings.book(self.bay.name, at(10, days=2), at(11, days=2))
		released = bookings.book(self.bay.name, at(12, days=2), at(13, days=2))
		bookings.release(released)
		self.assertEqual([night], self.events())
		self.assertEqual([night, later], self.events(days=2))
		self.assertEqual([released], self.events(["C4S Booking", "status", "=", "Released", False], days=2))

	def test_other_stores_see_none_of_it(self):
		bookings.book(self.bay.name, at(10), at(11))
		with as_user(make_user("Workshop Manager", [make_store("BOOK-2")])):
			self.assertEqual([], self.events())

	def test_it_is_a_calendar_of_bookings_only(self):
		with self.assertRaisesRegex(frappe.ValidationError, "has no calendar of bookings"):
			self.events(doctype="C4S Lead")


class _Counter:
	"""How many statements the block sends to the database."""

	def __enter__(self) -> "_Counter":
		self.count, self.sql = 0, frappe.db.sql
		frappe.db.sql = self._counted
		return self

	def __exit__(self, *_error) -> None:
		frappe.db.sql = self.sql

	def __eq__(self, other) -> bool:
		return self.count == other.count

	def __repr__(self) -> str:
		return f"{self.count} queries"

	def _counted(self, *arguments, **options):
		self.count += 1
		return self.sql(*arguments, **options)
