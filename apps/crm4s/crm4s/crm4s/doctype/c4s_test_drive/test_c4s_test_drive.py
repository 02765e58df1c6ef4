from datetime import timedelta

import frappe
from frappe.desk.calendar import update_event
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime

from crm4s import bookings
from crm4s.bookings.calendar import get_events
from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_test_drive_route.test_c4s_test_drive_route import make_route
from crm4s.exceptions import BookingError, InvalidIdentifierError, SlotTakenError, TestDriveError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]

LICENCE = {
	"licence_number": "110101199003074311",
	"licence_class": "C1",
	"licence_valid_until": "2090-01-01",
	"licence_checked": 1,
}
READY = {**LICENCE, "agreement_on_paper": 1, "odometer_out": 120}


def make_test_drive(store: str | None = None, **overrides):
	"""A saved plan for tomorrow at ten with a car of the store."""
	store = store or make_store("BOOK-1")
	values = {
		"doctype": "C4S Test Drive",
		"driver_name": "王伟",
		"phone": "13900139000",
		"dealership": store,
		"planned_from": at(10),
		"planned_to": at(11),
		**overrides,
	}
	if "resource" not in values:
		values["resource"] = make_resource(store).name
	return frappe.get_doc(values).insert()


def start(drive, **overrides):
	return drive.update({"status": "Driving", **READY, **overrides}).save()


def end(drive, **overrides):
	return drive.update({"status": "Done", "odometer_in": 135, **overrides}).save()


class TestDriveTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("BOOK-1")
		self.car = make_resource(self.store)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def plan(self, **overrides):
		return make_test_drive(self.store, **{"resource": self.car.name, **overrides})

	def booked(self) -> list[tuple]:
		return frappe.get_all(
			"C4S Booking",
			{"resource": self.car.name, "status": "Booked"},
			["starts_at", "ends_at"],
			order_by="starts_at",
			as_list=True,
		)

	def assertRefused(self, sentence: str, error=TestDriveError):
		return self.assertRaisesRegex(error, sentence)


class TestPlan(TestDriveTestCase):
	def test_planning_books_the_car_for_this_drive(self):
		drive = self.plan()
		booking = frappe.get_doc("C4S Booking", drive.booking)
		self.assertEqual(
			(self.car.name, at(10), at(11), "Booked", "王伟", drive.name),
			(booking.resource, booking.starts_at, booking.ends_at, booking.status, booking.purpose, booking.reference_name),
		)

	def test_a_car_that_is_taken_is_refused(self):
		self.plan()
		with self.assertRefused("is taken .* 10:00–11:00; next free: ", SlotTakenError):
			self.plan(planned_from=at(10, 30), planned_to=at(11, 30))

	def test_moving_the_drive_moves_the_booking(self):
		drive = self.plan()
		drive.update({"planned_from": at(14), "planned_to": at(15)}).save()
		self.assertEqual(((at(14), at(15)),), tuple(self.booked()))

	def test_another_car_frees_the_first(self):
		drive, other = self.plan(), make_resource(self.store)
		drive.update({"resource": other.name}).save()
		self.assertEqual((), tuple(self.booked()))
		self.assertEqual(other.name, frappe.db.get_value("C4S Booking", drive.booking, "resource"))

	def test_dragging_in_the_calendar_goes_through_the_same_check(self):
		drive = self.plan()
		self.plan(planned_from=at(14), planned_to=at(15))
		times = {"planned_from": str(at(14, 30)), "planned_to": str(at(15, 30))}
		arguments = frappe.as_json({"doctype": drive.doctype, "name": drive.name, **times})
		with self.assertRefused("is taken", SlotTakenError):
			update_event(arguments, frappe.as_json({"start": "planned_from", "end": "planned_to"}))

	def test_a_booking_moved_in_the_calendar_of_cars_takes_the_drive_along(self):
		drive = self.plan()
		frappe.get_doc("C4S Booking", drive.booking).update({"starts_at": at(14), "ends_at": at(15)}).save()
		drive.reload()
		self.assertEqual((at(14), at(15)), (drive.planned_from, drive.planned_to))

	def test_the_booking_is_not_released_or_deleted_behind_the_drives_back(self):
		drive = self.plan()
		booking = frappe.get_doc("C4S Booking", drive.booking)
		with self.assertRefused(f"This time is booked for Test Drive {drive.name}; change it there", BookingError):
			booking.update({"status": "Released"}).save()
		with self.assertRefused("change it there", BookingError):
			frappe.delete_doc("C4S Booking", drive.booking)

	def test_without_an_end_it_lasts_as_long_as_the_route_or_the_setting_says(self):
		self.assertEqual(at(10, 30), self.plan(planned_to=None).planned_to)
		route = make_route(self.store, minutes=45).name
		self.assertEqual(at(12, 45), self.plan(planned_from=at(12), planned_to=None, route=route).planned_to)
		change_settings(test_drive_minutes=20)
		self.assertEqual(at(15, 20), self.plan(planned_from=at(15), planned_to=None).planned_to)

	def test_only_a_test_drive_car_of_the_own_store_is_taken(self):
		with self.assertRefused("1号工位 is no test-drive car", frappe.ValidationError):
			self.plan(resource=make_bay(self.store).name)
		other = make_store("BOOK-2")
		with self.assertRefused("is a car of another store", frappe.ValidationError):
			self.plan(resource=make_resource(other).name)
		with self.assertRefused("城区环线 is a route of another store", frappe.ValidationError):
			self.plan(route=make_route(other).name)

	def test_the_model_is_that_of_the_car(self):
		self.assertEqual(self.car.model, self.plan().model)

	def test_a_deleted_drive_leaves_no_booking(self):
		drive = self.plan()
		drive.delete()
		self.assertEqual((), tuple(self.booked()))


class TestDriver(TestDriveTestCase):
	def test_a_lead_says_who_drives(self):
		lead = make_lead(dealership=self.store, sales_consultant="Administrator")
		drive = self.plan(lead=lead.name, driver_name=None, phone=None)
		self.assertEqual(
			(lead.lead_name, lead.phone, lead.masked_phone, "Administrator"),
			(drive.driver_name, drive.phone, drive.masked_phone, drive.sales_consultant),
		)

	def test_a_customer_says_who_drives(self):
		customer = make_customer("13800138222", store=self.store)
		drive = self.plan(customer=customer.name, driver_name=None, phone=None)
		self.assertEqual((customer.customer_name, "+8613800138222"), (drive.driver_name, drive.phone))

	def test_somebody_drives_and_can_be_reached(self):
		with self.assertRefused("Enter who drives", frappe.MandatoryError):
			self.plan(driver_name=None)
		with self.assertRefused("needs the driver's phone", frappe.MandatoryError):
			self.plan(phone=None)
		with self.assertRaises(InvalidIdentifierError):
			self.plan(phone="1390013900")

	def test_phone_and_licence_are_hidden_from_those_who_need_not_call(self):
		drive = self.plan(**LICENCE)
		fields = ["phone", "masked_phone", "licence_number", "masked_licence_number"]
		for role, sees in (("Data Analyst", False), ("Sales Consultant", True)):
			with as_user(make_user(role, [self.store])):
				row = frappe.get_list("C4S Test Drive", {"name": drive.name}, fields)[0]
			self.assertEqual([sees, True, sees, True], [bool(row.get(field)) for field in fields], role)
			self.assertEqual("110***********4311", row.masked_licence_number)

	def test_what_consultants_plan_is_theirs(self):
		user = make_user("Sales Consultant", [self.store])
		with as_user(user):
			self.assertEqual(user, self.plan().sales_consultant)


class TestLicence(TestDriveTestCase):
	def test_nobody_drives_before_everything_is_there(self):
		needed = "Licence Number, Licence Class, Licence Valid Until, Original Licence Seen, Signature, Odometer Out"
		with self.assertRefused(f"Before the drive starts, these are needed: {needed}"):
			self.plan().update({"status": "Driving"}).save()

	def test_each_of_them_is_asked_for(self):
		drive = self.plan()
		for field in (*LICENCE, "agreement_on_paper", "odometer_out"):
			with self.subTest(field), self.assertRefused("Before the drive starts"):
				drive.reload()
				start(drive, **{field: None})

	def test_an_expired_licence_is_refused_when_planning_and_when_driving(self):
		with self.assertRefused("The driving licence expires on .*, before the drive on"):
			self.plan(licence_valid_until=at(0, days=0).date())
		with self.assertRefused("The driving licence expires on"):
			start(self.plan(), licence_valid_until=add_days(getdate(), -1))

	def test_a_licence_of_the_day_itself_and_one_without_end_will_do(self):
		self.plan(licence_valid_until=at(0).date())
		drive = start(self.plan(planned_from=at(12), planned_to=at(13)), licence_valid_until=None, licence_without_end=1)
		self.assertEqual("Driving", drive.status)

	def test_who_saw_it_and_when_is_written_down(self):
		user = make_user("Sales Consultant", [self.store])
		with as_user(user):
			drive = start(self.plan())
		self.assertEqual((user, getdate()), (drive.licence_checked_by, drive.licence_checked_on.date()))

	def test_nobody_claims_the_check_of_another(self):
		drive = self.plan(**LICENCE, licence_checked_by="Guest", licence_checked_on="2020-01-01 10:00:00")
		self.assertEqual("Administrator", drive.update({"licence_class": "C2"}).save().licence_checked_by)
		drive.update({"licence_checked": 0}).save()
		self.assertEqual((None, None), (drive.licence_checked_by, drive.licence_checked_on))

	def test_a_number_of_an_identity_card_is_checked(self):
		with self.assertRaises(InvalidIdentifierError):
			self.plan(licence_number="110101199003074312")
		self.assertEqual("G12345678", self.plan(licence_number="g 1234-5678").licence_number)

	def test_a_signature_on_the_screen_will_do_as_well(self):
		drive = start(self.plan(), agreement_on_paper=0, agreement_signature="data:image/png;base64,iVBORw0KGgo=")
		self.assertEqual(getdate(), drive.agreement_signed_on.date())


class TestDrive(TestDriveTestCase):
	def test_start_and_end_are_noted_and_the_rest_of_the_time_is_free(self):
		now = now_datetime().replace(second=0, microsecond=0)
		frappe.db.delete("C4S Opening Hours", {"parent": self.store})
		drive = start(self.plan(planned_from=now - timedelta(minutes=10), planned_to=now + timedelta(hours=1)))
		self.assertTrue(drive.started_on)
		end(drive)
		self.assertGreaterEqual(drive.ended_on, drive.started_on)
		self.plan(planned_from=now + timedelta(minutes=5), planned_to=now + timedelta(minutes=30))

	def test_a_drive_that_was_not_started_cannot_skip_the_check(self):
		with self.assertRefused("Before the drive starts, these are needed"):
			end(self.plan())

	def test_the_car_is_not_lost_on_the_way(self):
		drive = start(self.plan())
		with self.assertRefused("Enter in Odometer In"):
			end(drive, odometer_in=0)
		drive.reload()
		with self.assertRefused("cannot come back with 119 km when it left with 120 km"):
			end(drive, odometer_in=119)

	def test_the_odometer_becomes_a_reading_of_the_car(self):
		drive = end(start(self.plan()))
		reading = frappe.get_doc("C4S Odometer Reading", {"source_name": drive.name})
		self.assertEqual((self.car.vehicle, 135), (reading.vehicle, reading.kilometres))
		drive.delete()
		self.assertFalse(frappe.db.exists("C4S Odometer Reading", reading.name))

	def test_times_are_in_order_and_not_in_the_future(self):
		drive = start(self.plan())
		with self.assertRefused("A drive cannot end before it started"):
			end(drive, ended_on=now_datetime() - timedelta(hours=1))
		drive.reload()
		with self.assertRefused("Ended On must not lie in the future"):
			end(drive, ended_on=now_datetime() + timedelta(hours=1))

	def test_a_drive_may_end_in_the_minute_in_which_it_started(self):
		drive = start(self.plan(), started_on=now_datetime().replace(second=30))
		self.assertEqual("Done", end(drive, ended_on=drive.started_on.replace(second=0, microsecond=0)).status)

	def test_a_drive_that_was_forgotten_is_entered_afterwards(self):
		times = {"planned_from": at(10, days=-1), "planned_to": at(11, days=-1)}
		with self.assertRefused("is over", BookingError):
			self.plan(**times)
		drive = self.plan(**times, **READY, status="Done", odometer_in=140, started_on=at(10, days=-1), ended_on=at(11, days=-1))
		self.assertEqual(("Done", None), (drive.status, drive.booking))

	def test_feedback_of_the_desk_which_sends_times_as_texts_is_saved_after_the_drive(self):
		drive = end(start(self.plan()))
		sent = frappe.get_doc(frappe.parse_json(frappe.as_json(drive)))
		self.assertEqual("很安静", sent.update({"feedback": "很安静"}).save().feedback)

	def test_when_and_with_which_car_stays_once_it_is_done(self):
		drive = end(start(self.plan()))
		for values in ({"planned_from": at(9)}, {"resource": make_resource(self.store).name}):
			drive.reload()
			with self.assertRefused("of a test drive that is done cannot be changed"):
				drive.update(values).save()


class TestNotDriven(TestDriveTestCase):
	def test_cancelling_frees_the_car_and_says_why(self):
		drive = self.plan()
		with self.assertRefused("Say why the test drive is cancelled"):
			drive.update({"status": "Cancelled"}).save()
		drive.reload()
		drive.update({"status": "Cancelled", "cancellation_note": "客户临时有事"}).save()
		self.assertEqual(((), None), (tuple(self.booked()), drive.booking))

	def test_a_no_show_frees_the_car_but_not_before_its_time(self):
		drive = self.plan()
		with self.assertRefused("Nobody is missing before"):
			drive.update({"status": "No-Show"}).save()
		drive.db_set("planned_from", now_datetime() - timedelta(minutes=20))
		drive.save()
		self.assertEqual((), tuple(self.booked()))

	def test_planning_again_takes_a_new_time(self):
		drive = self.plan()
		drive.update({"status": "Cancelled", "cancellation_note": "下雨"}).save()
		self.plan()
		with self.assertRefused("is taken", SlotTakenError):
			drive.update({"status": "Planned"}).save()
		drive.reload()
		drive.update({"status": "Planned", "planned_from": at(14), "planned_to": at(15)}).save()
		self.assertEqual((at(14), at(15)), tuple(self.booked())[-1])
		self.assertIsNone(drive.cancellation_note)

	def test_steps_that_lead_nowhere_are_refused(self):
		done = end(start(self.plan()))
		for status in ("Planned", "Driving", "Cancelled", "No-Show"):
			done.reload()
			with self.subTest(status), self.assertRefused("A test drive that is Done cannot become"):
				done.update({"status": status}).save()
		drive = self.plan(planned_from=at(15), planned_to=at(16))
		drive.update({"status": "Cancelled", "cancellation_note": "下雨"}).save()
		with self.assertRefused("A test drive that is Cancelled cannot become Driving"):
			start(drive)


class TestFeedback(TestDriveTestCase):
	def rated(self, *ratings):
		aspects = frappe.get_all("C4S Test Drive Aspect", pluck="name", order_by="sequence")
		return [{"aspect": aspects[row], "rating": rating} for row, rating in enumerate(ratings)]

	def test_ratings_are_averaged(self):
		self.assertEqual(4.3, self.plan(ratings=self.rated(5, 4, 4)).average_rating)

	def test_a_rating_lies_between_one_and_five(self):
		for rating in (0, 6):
			with self.assertRefused("Rating in row 1 must lie between 1 and 5", frappe.ValidationError):
				self.plan(ratings=self.rated(rating))

	def test_an_aspect_is_rated_once(self):
		with self.assertRefused("Power and Acceleration is rated twice", frappe.ValidationError):
			self.plan(ratings=[*self.rated(5), *self.rated(4)])


class TestViews(TestDriveTestCase):
	def test_the_calendar_names_driver_and_car(self):
		drive = self.plan()
		titles = {row.name: row.title for row in get_events("C4S Test Drive", str(at(0)), str(at(23)))}
		self.assertEqual(f"王伟 · {self.car.resource_name}", titles[drive.name])

	def test_the_agreement_is_printed_with_all_terms(self):
		drive = self.plan(**LICENCE)
		html = frappe.get_print("C4S Test Drive", drive.name, "C4S Test Drive Agreement")
		for text in ("试乘试驾协议", "Test Drive Agreement", "王伟", "+8613900139000", "110101199003074311", "BOOK-1"):
			self.assertIn(text, html)
		self.assertEqual(5, html.count("<li>"))

	def test_what_the_driver_is_called_is_no_markup(self):
		drive = self.plan(driver_name="<img src=x>王")
		self.assertNotIn("<img src=x>", frappe.get_print("C4S Test Drive", drive.name, "C4S Test Drive Agreement"))

	def test_free_slots_know_the_plans(self):
		self.plan(planned_from=at(8, 30), planned_to=at(17, 30))
		found = bookings.free_slots(self.store, "Test-Drive Car", at(0).date(), 30)
		self.assertEqual([["17:30"]], [[f"{slot[0]:%H:%M}" for slot in row["slots"]] for row in found])


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Test Drive"
	role = "Sales Manager"

	def make_document_of(self, store: str, **values):
		# As if it were entered afterwards: a copy of it takes no car that is taken.
		car = frappe.db.get_value("C4S Resource", {"dealership": store}) or make_resource(store).name
		times = {"planned_from": at(10, days=-1), "planned_to": at(11, days=-1)}
		return make_test_drive(store, resource=car, **times, **READY, status="Done", odometer_in=140, started_on=at(10, days=-1), **values)

	def test_a_car_of_another_store_cannot_be_taken(self):
		car = make_resource(self.other)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			make_test_drive(self.own, resource=car.name)
