import frappe
from frappe.desk.calendar import update_event
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s import bookings
from crm4s.appointments import api
from crm4s.bookings.calendar import get_events
from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_holiday.test_c4s_holiday import make_holiday
from crm4s.crm4s.doctype.c4s_part.test_c4s_part import make_part
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.exceptions import AppointmentError, BookingError, InvalidIdentifierError, SlotTakenError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_appointment(store: str | None = None, **overrides):
	"""A saved appointment of tomorrow at ten for an hour of work, in a store with a bay."""
	store = store or make_store("SA-1")
	if not frappe.db.exists("C4S Resource", {"dealership": store, "kind": "Bay"}):
		make_bay(store)
	values = {"doctype": "C4S Service Appointment", "dealership": store, "planned_from": at(10), "items": [labour()], **overrides}
	if "customer" not in values:
		values["customer"] = make_customer(phones=[{"phone": "13800138071", "is_shared": 1}]).name
	if "vehicle" not in values:
		values["vehicle"] = make_vehicle().name
	return frappe.get_doc(values).insert()


def labour(minutes: int = 60, **overrides) -> dict:
	return {"item_kind": "Labour", "item_name": "常规保养", "quantity": 1, "minutes": minutes, "unit_price": 300, **overrides}


def make_technician(store: str, name: str = "王师傅", **overrides):
	return make_resource(store, kind="Technician", resource_name=name, **overrides)


class AppointmentTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("SA-1")
		self.bay = make_bay(self.store)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def booked(self, appointment, resource: str = "bay") -> tuple | None:
		name = frappe.db.get_value(appointment.doctype, appointment.name, f"{resource}_booking")
		return name and frappe.db.get_value("C4S Booking", name, ["resource", "starts_at", "ends_at", "status"])

	def assertSaysWhy(self, sentence: str, error=frappe.ValidationError):
		return self.assertRaisesRegex(error, sentence)


class TestWhoComes(AppointmentTestCase):
	def test_what_is_not_said_comes_from_the_customer_and_the_car(self):
		customer = make_customer("13800138072", customer_name="李静").name
		vehicle = make_vehicle(plate_number="沪A12345")
		appointment = make_appointment(self.store, customer=customer, vehicle=vehicle.name)
		self.assertEqual(("李静", "+8613800138072", "138****8072"), (appointment.contact_name, appointment.contact_phone, appointment.masked_phone))
		self.assertEqual(("沪A12345", vehicle.model, "沪A***45 · 李静"), (appointment.plate_number, appointment.model, appointment.title))

	def test_a_car_that_is_not_in_the_books_is_named_by_its_plate(self):
		appointment = make_appointment(self.store, vehicle=None, plate_number="沪a·12346")
		self.assertEqual("沪A12346", appointment.plate_number)

	def test_some_car_must_be_named(self):
		with self.assertSaysWhy("Say which car comes"):
			make_appointment(self.store, vehicle=None)

	def test_a_number_that_is_none_is_refused(self):
		with self.assertRaises(InvalidIdentifierError):
			make_appointment(self.store, contact_phone="12")

	def test_the_advisor_is_whoever_books_else_the_one_who_knows_the_customer(self):
		advisor = make_user("Service Advisor", [self.store])
		customer = make_customer(store=self.store).name
		frappe.db.set_value("C4S Store Relationship", {"customer": customer}, "service_advisor", advisor)
		self.assertEqual(advisor, make_appointment(self.store, customer=customer).service_advisor)
		with as_user(advisor):
			mine = make_appointment(self.store, customer=make_customer(store=self.store).name, vehicle=None, plate_number="沪A12347", planned_from=at(14))
		self.assertEqual(advisor, mine.service_advisor)

	def test_customers_and_cars_of_other_stores_cannot_be_linked(self):
		stranger = make_vehicle(dealership=make_store("SA-2")).name
		with as_user(make_user("Service Advisor", [self.store])), self.assertRaises(frappe.PermissionError):
			make_appointment(self.store, customer=make_customer(store=self.store).name, vehicle=stranger)

	def test_the_full_number_is_for_those_who_call(self):
		appointment = make_appointment(self.store)
		for role, seen in (("Customer Service Representative", True), ("Technician", False)):
			with as_user(make_user(role, [self.store])):
				document = frappe.get_doc(appointment.doctype, appointment.name)
				document.apply_fieldlevel_read_permissions()
			self.assertEqual(seen, bool(document.get("contact_phone")), role)


class TestTime(AppointmentTestCase):
	def test_it_lasts_as_long_as_its_items(self):
		appointment = make_appointment(self.store, items=[labour(45), labour(30), labour(0, item_kind="Other")])
		self.assertEqual((75, at(11, 15)), (appointment.planned_minutes, appointment.planned_to))

	def test_without_items_it_lasts_as_the_settings_say(self):
		self.assertEqual(at(11), make_appointment(self.store, items=[]).planned_to)

	def test_the_bay_is_taken_for_that_time(self):
		self.assertEqual((self.bay.name, at(10), at(11), "Booked"), self.booked(make_appointment(self.store)))

	def test_a_free_bay_and_a_free_technician_are_chosen(self):
		first, second = (make_technician(self.store, name).name for name in ("王师傅", "李师傅"))
		other = make_bay(self.store, resource_name="2号工位").name
		bookings.book(self.bay.name, at(10), at(11))
		bookings.book(first, at(10, 30), at(11))
		appointment = make_appointment(self.store)
		self.assertEqual((other, second), (appointment.bay, appointment.technician))
		self.assertEqual((second, at(10), at(11), "Booked"), self.booked(appointment, "technician"))

	def test_of_two_on_the_last_slot_the_second_hears_the_next_three_at_which_bay_and_technician_are_free_together(self):
		technician = make_technician(self.store).name
		make_appointment(self.store)
		bookings.book(technician, at(12), at(13))
		day = f"{at(0):%Y-%m-%d}"
		sentence = f"{day} 10:00 is taken; next free: {day} 11:00, {day} 13:00, {day} 14:00."
		with self.assertSaysWhy(sentence, SlotTakenError):
			make_appointment(self.store)
		self.assertEqual(1, frappe.db.count("C4S Booking", {"resource": self.bay.name}))

	def test_an_absent_technician_is_not_counted_on(self):
		user = make_user("Technician", [self.store])
		make_technician(self.store, user=user)
		frappe.get_doc({"doctype": "C4S Absence", "user": user, "dealership": self.store, "absent_from": at(9), "absent_until": at(12)}).insert()
		with self.assertSaysWhy("next free: .* 12:00", SlotTakenError):
			make_appointment(self.store)

	def test_only_those_with_the_skill_are_chosen(self):
		skill = frappe.get_doc({"doctype": "C4S Skill", "skill": "T 高压电工"}).insert().name
		make_technician(self.store, "王师傅")
		able = make_technician(self.store, "高压师傅", skills=[{"skill": skill}]).name
		self.assertEqual(able, make_appointment(self.store, skill=skill).technician)
		make_bay(self.store, resource_name="2号工位")
		with self.assertRaises(SlotTakenError):
			make_appointment(self.store, skill=skill)
		with self.assertSaysWhy("No technician of this store has the skill", BookingError):
			make_appointment(make_store("SA-2"), skill=skill)

	def test_a_store_without_a_bay_says_so(self):
		store = make_store("SA-3")
		with self.assertSaysWhy("This store has no bay", BookingError):
			frappe.get_doc(
				{"doctype": "C4S Service Appointment", "dealership": store, "planned_from": at(10), "customer": make_customer().name, "plate_number": "沪A12348"}
			).insert()

	def test_a_closed_store_says_when_it_is_open(self):
		for moment in (at(7), at(17, 30)):
			with self.assertSaysWhy("is outside the opening hours of .* 08:30–18:00", BookingError):
				make_appointment(self.store, planned_from=moment)
		make_holiday(at(0).date())
		with self.assertSaysWhy("closed", BookingError):
			make_appointment(self.store)

	def test_the_past_is_refused(self):
		with self.assertSaysWhy("is over; book a time that is still to come", BookingError):
			make_appointment(self.store, planned_from=at(10, days=-1))

	def test_bay_and_technician_are_what_they_are_called_and_of_the_store(self):
		elsewhere = make_bay(make_store("SA-2")).name
		with self.assertSaysWhy("belongs to another store"):
			make_appointment(self.store, bay=elsewhere)
		with self.assertSaysWhy("cannot be taken as Bay"):
			make_appointment(self.store, bay=make_technician(self.store).name)
		disabled = make_bay(self.store, resource_name="停用", enabled=0).name
		with self.assertSaysWhy("is disabled and cannot be booked", BookingError):
			make_appointment(self.store, bay=disabled)

	def test_a_car_is_expected_once_at_a_time(self):
		make_bay(self.store, resource_name="2号工位")
		appointment = make_appointment(self.store)
		with self.assertSaysWhy(f"already, by appointment {appointment.name}", AppointmentError):
			make_appointment(self.store, vehicle=appointment.vehicle, planned_from=at(10, 30))
		make_appointment(self.store, vehicle=appointment.vehicle, planned_from=at(11))

	def test_home_service_takes_a_technician_and_no_bay(self):
		technician = make_technician(self.store).name
		appointment = make_appointment(self.store, kind="Home Service", bay=self.bay.name)
		self.assertEqual((None, technician), (appointment.bay, appointment.technician))
		self.assertEqual([], frappe.get_all("C4S Booking", {"resource": self.bay.name}))


class TestMoving(AppointmentTestCase):
	def test_moving_frees_the_old_time_and_keeps_the_length(self):
		appointment = make_appointment(self.store)
		api.move(appointment.name, str(at(14)))
		self.assertEqual((self.bay.name, at(14), at(15), "Booked"), self.booked(appointment))
		make_appointment(self.store)

	def test_another_bay_is_taken_where_the_own_one_is_not_free(self):
		appointment = make_appointment(self.store)
		other = make_bay(self.store, resource_name="2号工位").name
		bookings.book(self.bay.name, at(14), at(15))
		api.move(appointment.name, str(at(14)))
		self.assertEqual((other, at(14), at(15), "Booked"), self.booked(appointment))

	def test_a_bay_that_is_asked_for_is_not_exchanged(self):
		make_bay(self.store, resource_name="2号工位")
		bookings.book(self.bay.name, at(10), at(11))
		with self.assertSaysWhy("is taken; next free", SlotTakenError):
			make_appointment(self.store, bay=self.bay.name)

	def test_the_old_time_is_kept_when_the_new_one_is_refused(self):
		appointment = make_appointment(self.store)
		bookings.book(self.bay.name, at(14), at(15))
		with self.assertRaises(SlotTakenError):
			api.move(appointment.name, str(at(14)))
		self.assertEqual((self.bay.name, at(10), at(11), "Booked"), self.booked(appointment))

	def test_dragged_in_the_calendar_it_takes_its_technician_along(self):
		make_technician(self.store)
		appointment = make_appointment(self.store)
		field_map = frappe.as_json({"start": "planned_from", "end": "planned_to"})
		arguments = {"doctype": appointment.doctype, "name": appointment.name, "planned_from": str(at(15)), "planned_to": str(at(16))}
		update_event(frappe.as_json(arguments), field_map)
		self.assertEqual([(at(15), at(16))] * 2, [self.booked(appointment, field)[1:3] for field in ("bay", "technician")])

	def test_a_booking_moved_by_hand_moves_the_appointment_and_what_else_it_takes(self):
		make_technician(self.store)
		appointment = make_appointment(self.store)
		booking = frappe.get_doc("C4S Booking", appointment.bay_booking)
		booking.update({"starts_at": at(15), "ends_at": at(16)}).save()
		appointment.reload()
		self.assertEqual((at(15), at(16)), (appointment.planned_from, appointment.planned_to))
		self.assertEqual((at(15), at(16)), self.booked(appointment, "technician")[1:3])

	def test_the_calendar_shows_who_comes_where(self):
		appointment = make_appointment(self.store, vehicle=None, plate_number="沪A12349", contact_name="李静")
		filters = frappe.as_json([["C4S Service Appointment", "dealership", "=", self.store]])
		events = get_events(appointment.doctype, str(at(0)), str(at(0, days=2)), filters)
		self.assertEqual([(appointment.name, "沪A12349 · 李静 · 1号工位")], [(row.name, row.title) for row in events])
		api.cancel(appointment.name, "改期")
		self.assertEqual([], get_events(appointment.doctype, str(at(0)), str(at(0, days=2)), filters))


class TestEnding(AppointmentTestCase):
	def test_cancelling_needs_a_reason_and_frees_what_was_taken(self):
		make_technician(self.store)
		appointment = make_appointment(self.store)
		with self.assertSaysWhy("Say why the appointment is cancelled"):
			api.cancel(appointment.name, " ")
		api.cancel(appointment.name, "车主出差")
		appointment.reload()
		self.assertEqual(("Cancelled", None, None), (appointment.status, appointment.bay_booking, appointment.technician_booking))
		self.assertEqual(now_datetime().date(), appointment.ended_on.date())
		make_appointment(self.store)

	def test_what_was_cancelled_can_be_booked_again(self):
		appointment = make_appointment(self.store)
		api.cancel(appointment.name, "车主出差")
		api.move(appointment.name, str(at(15)))
		appointment.reload()
		self.assertEqual(("Booked", None, None), (appointment.status, appointment.cancel_reason, appointment.ended_on))
		self.assertEqual((self.bay.name, at(15), at(16), "Booked"), self.booked(appointment))

	def test_deleting_leaves_no_booking(self):
		appointment = make_appointment(self.store)
		appointment.delete()
		self.assertEqual([], frappe.get_all("C4S Booking", {"reference_name": appointment.name}))


class TestArrival(AppointmentTestCase):
	def arrive(self, **overrides):
		appointment = make_appointment(self.store, **overrides)
		return appointment, frappe.get_doc("C4S Service Visit", api.arrive(appointment.name))

	def test_arriving_opens_the_visit_with_what_was_planned(self):
		appointment, visit = self.arrive(concern="右前轮有异响", items=[labour(45, unit_price=320), labour(0, item_kind="Other", item_name="清洗", unit_price=50)])
		self.assertEqual(
			(self.store, appointment.customer, appointment.vehicle, "右前轮有异响", "Workshop"),
			(visit.dealership, visit.customer, visit.vehicle, visit.concern, visit.visit_kind),
		)
		self.assertEqual([("Labour", "常规保养", 320), ("Other", "清洗", 50)], [(row.item_kind, row.item_name, row.unit_price) for row in visit.items])
		appointment.reload()
		self.assertEqual(("Arrived", visit.name), (appointment.status, appointment.service_visit))

	def test_arriving_twice_opens_one_visit(self):
		appointment, visit = self.arrive()
		self.assertEqual(visit.name, api.arrive(appointment.name))
		self.assertEqual(1, frappe.db.count("C4S Service Visit", {"vehicle": appointment.vehicle}))

	def test_who_comes_after_all_is_received(self):
		appointment = make_appointment(self.store)
		api.no_show(appointment.name)
		self.assertTrue(api.arrive(appointment.name))

	def test_who_cancelled_is_booked_again_first(self):
		appointment = make_appointment(self.store)
		api.cancel(appointment.name, "改期")
		with self.assertSaysWhy("This appointment is Cancelled; book it again first", AppointmentError):
			api.arrive(appointment.name)

	def test_a_car_without_a_file_gets_one_at_reception(self):
		make_model()
		appointment = make_appointment(self.store, vehicle=None, plate_number="沪A12350")
		with self.assertSaysWhy("Enter the car first", AppointmentError):
			api.arrive(appointment.name)
		vin = unused_vin()
		car = api.enter_car(appointment.name, vin, model=make_model().name)
		self.assertEqual(
			(vin, "沪A12350", appointment.customer), frappe.db.get_value("C4S Vehicle", car, ["vin", "plate_number", "current_owner"])
		)
		self.assertEqual(car, frappe.db.get_value("C4S Service Visit", api.arrive(appointment.name), "vehicle"))

	def test_the_status_alone_does_not_make_a_car_arrive(self):
		appointment = make_appointment(self.store)
		appointment.status = "Arrived"
		with self.assertSaysWhy("Receive the car with Arrive", AppointmentError):
			appointment.save()

	def test_what_has_arrived_is_changed_on_the_visit(self):
		appointment, _visit = self.arrive()
		appointment.reload()
		appointment.planned_from = at(15)
		with self.assertSaysWhy("Planned From of a car that has arrived cannot be changed here", AppointmentError):
			appointment.save()

	def test_only_those_who_make_visits_receive(self):
		appointment = make_appointment(self.store)
		with as_user(make_user("Customer Service Representative", [self.store])), self.assertRaises(frappe.PermissionError):
			api.arrive(appointment.name)


class TestParts(AppointmentTestCase):
	def test_a_missing_part_is_said_at_booking(self):
		part = make_part("SA-FILTER", availability=[{"dealership": self.store, "quantity": 1}])
		filter_ = {"item_kind": "Part", "part": part.name, "item_name": "机滤", "unit_price": 45}
		self.assertEqual(0, make_appointment(self.store, items=[labour(), {**filter_, "quantity": 1}]).parts_missing)
		answer = api.make(
			{"dealership": self.store, "customer": make_customer().name, "plate_number": "沪A12351", "planned_from": str(at(14))},
			[{**filter_, "quantity": 3}],
		)
		self.assertEqual([2], [row["quantity"] for row in answer["missing"]])
		self.assertEqual(1, frappe.db.get_value("C4S Service Appointment", answer["name"], "parts_missing"))

	def test_the_total_is_quantity_times_price_less_discount_to_the_cent(self):
		appointment = make_appointment(self.store, items=[labour(unit_price=99.99, quantity=1.5, discount_amount=10), labour(unit_price=0.01)])
		self.assertEqual(140.0, appointment.total_amount)
		with self.assertSaysWhy("Discount in row 1 is more than"):
			make_appointment(self.store, planned_from=at(14), items=[labour(discount_amount=301)])
		with self.assertSaysWhy("Quantity in row 1 must be more than 0"):
			make_appointment(self.store, planned_from=at(14), items=[labour(quantity=0)])


class TestCarsBesides(AppointmentTestCase):
	def test_a_courtesy_car_is_booked_for_the_time_of_the_work(self):
		car = self.courtesy_car()
		appointment = make_appointment(self.store, courtesy_car=car)
		self.assertEqual((car, at(10), at(11), "Booked"), self.booked(appointment, "courtesy"))
		api.move(appointment.name, str(at(14)))
		self.assertEqual((at(14), at(15)), self.booked(appointment, "courtesy")[1:3])

	def test_a_courtesy_car_that_is_out_refuses(self):
		car = self.courtesy_car()
		bookings.book(car, at(10), at(11))
		with self.assertRaises(SlotTakenError):
			make_appointment(self.store, courtesy_car=car)

	def test_the_courtesy_car_stays_out_when_the_own_car_has_arrived(self):
		appointment = make_appointment(self.store, courtesy_car=self.courtesy_car())
		api.arrive(appointment.name)
		appointment.reload()
		appointment.courtesy_to = at(16)
		appointment.save()
		self.assertEqual((at(10), at(16)), self.booked(appointment, "courtesy")[1:3])

	def test_a_driver_is_booked_for_the_way(self):
		driver = make_resource(self.store, kind="Pick-Up Driver", resource_name="接车员").name
		with self.assertSaysWhy("Enter where the car is to be fetched"):
			make_appointment(self.store, pick_up=1)
		appointment = make_appointment(self.store, pick_up=1, pick_up_address="人民路 1 号", driver=driver)
		self.assertEqual((driver, at(9, 15), at(10), "Booked"), self.booked(appointment, "driver"))
		api.move(appointment.name, str(at(14)))
		self.assertEqual((at(13, 15), at(14)), self.booked(appointment, "driver")[1:3])
		appointment.reload()
		appointment.pick_up = 0
		appointment.save()
		self.assertIsNone(self.booked(appointment, "driver"))

	def courtesy_car(self) -> str:
		vehicle = make_vehicle(dealership=self.store, model=make_model().name).name
		return make_resource(self.store, kind="Courtesy Car", vehicle=vehicle).name


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Service Appointment"
	role = "Service Advisor"

	def make_document_of(self, store: str, **values):
		# One that takes no time, so that a copy of it can be saved.
		values = {"customer": make_customer(store=store).name, "vehicle": None, "plate_number": "沪A12399", **values}
		return make_appointment(store, status="Cancelled", cancel_reason="改期", **values)
