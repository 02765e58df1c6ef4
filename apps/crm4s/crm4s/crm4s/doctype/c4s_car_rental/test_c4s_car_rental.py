from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_datetime, getdate

from crm4s.appointments import api
from crm4s.bookings.calendar import get_events
from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_test_drive.test_c4s_test_drive import LICENCE
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import BookingError, RentalError, SlotTakenError, WalkRoundError
from crm4s.papers.language import BEFORE
from crm4s.rentals import actions
from crm4s.service.tests.test_walk_round import picture
from crm4s.tests.clock import stopped_at
from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]

READY = {"licence": {field: value for field, value in LICENCE.items() if field != "licence_checked"}, "licence_checked": 1, "on_paper": 1}
PRICES = {"daily_rate": "199.99", "deposit": 2000, "km_per_day": 200, "extra_km_price": "0.85"}


def make_class(name: str = "T-CLASS", **overrides) -> str:
	return made_or_changed("C4S Rental Class", name, {"rental_class": name, **PRICES}, overrides).name


def make_car(store: str, kind: str = "Courtesy Car", **overrides):
	"""A car of the store that may stay out over night."""
	vehicle = overrides.pop("vehicle", None) or make_vehicle(dealership=store).name
	return make_resource(store, **{"kind": kind, "vehicle": vehicle, "stays_out_overnight": 1, **overrides})


def make_rental(store: str | None = None, **overrides):
	"""A saved plan for two days from tomorrow at ten: paid, unless something else is asked for."""
	store = store or make_store("RENT-1")
	values = {
		"doctype": "C4S Car Rental",
		"dealership": store,
		"rental_kind": "Paid Rental",
		"planned_from": at(10),
		"planned_to": at(10, days=3),
		**overrides,
	}
	if "customer" not in values:
		values["customer"] = make_customer().name
	if "resource" not in values:
		values["resource"] = make_car(store).name
	if values["rental_kind"] == "Paid Rental" and "rental_class" not in values:
		values["rental_class"] = make_class()
	return frappe.get_doc(values).insert()


def handed_out(rental, **overrides):
	deposit = rental.deposit if rental.rental_kind == "Paid Rental" else 0
	actions.hand_out(rental.name, **{"odometer": 12000, "fuel": 90, **READY, "deposit_paid": deposit, **overrides})
	return fresh(rental)


def fresh(document):
	return frappe.get_doc(document.doctype, document.name)


class RentalTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("RENT-1")
		self.car = make_car(self.store)
		self.today = at(0, days=0)
		# A sheet speaks the customer's language until the next one.
		self.addCleanup(frappe.flags.pop, BEFORE, None)
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def at(self, hour: int, days: int = 1):
		"""A moment of tomorrow, or so many days ahead, also while the clock is stopped."""
		return self.today + timedelta(days=days, hours=hour)

	def rental(self, **overrides):
		times = {"planned_from": self.at(10), "planned_to": self.at(10, days=3)}
		return make_rental(self.store, **{"resource": self.car.name, **times, **overrides})

	def booked(self) -> list[tuple]:
		filters = {"resource": self.car.name, "status": "Booked"}
		return frappe.get_all("C4S Booking", filters, ["starts_at", "ends_at"], order_by="starts_at", as_list=True)

	def refused(self, sentence: str, error=RentalError):
		return self.assertRaisesRegex(error, sentence)


class TestPlan(RentalTestCase):
	def test_the_car_is_booked_for_the_time(self):
		rental = self.rental()
		self.assertEqual([(self.at(10), self.at(10, days=3))], list(self.booked()))
		self.assertEqual(frappe.db.get_value("C4S Customer", rental.customer, "customer_name"), rental.contact_name)
		rental.update({"planned_to": self.at(12, days=3)}).save()
		self.assertEqual([(self.at(10), self.at(12, days=3))], list(self.booked()))

	def test_somebody_else_s_time_is_refused_and_says_when_the_car_is_free(self):
		self.rental()
		with self.refused("is taken .*; next free", SlotTakenError):
			self.rental(planned_from=self.at(9, days=3), planned_to=self.at(12, days=4))

	def test_what_is_outside_the_opening_hours_is_refused(self):
		with self.refused("outside the opening hours", BookingError):
			self.rental(planned_to=self.at(22, days=3))

	def test_the_end_lies_after_the_begin(self):
		with self.refused("must come back later than it is handed out"):
			self.rental(planned_to=self.at(10))

	def test_only_courtesy_and_rental_cars_of_the_store_are_rented(self):
		bay = make_bay(self.store)
		with self.refused("is neither a courtesy car nor a rental car"):
			self.rental(resource=bay.name)
		with self.refused("is a car of another store"):
			self.rental(resource=make_car(make_store("RENT-2")).name)
		self.rental(resource=make_car(self.store, kind="Rental Car").name)

	def test_free_cars_are_those_that_nobody_has_for_the_whole_time(self):
		other = make_car(self.store, kind="Rental Car", rental_class=make_class())
		self.rental(planned_from=self.at(10, days=2), planned_to=self.at(12, days=2))
		found = actions.free_cars(self.store, str(self.at(9)), str(self.at(9, days=3)))
		self.assertEqual([(other.name, "T-CLASS", 199.99)], [(row["resource"], row["rental_class"], row["daily_rate"]) for row in found])
		found = actions.free_cars(self.store, str(self.at(12, days=2)), str(self.at(9, days=3)))
		self.assertEqual({self.car.name, other.name}, {row["resource"] for row in found})
		with as_user(make_user("Service Advisor", [make_store("RENT-2")])):
			self.assertEqual([], actions.free_cars(self.store, str(self.at(9)), str(self.at(9, days=3))))

	def test_who_cancels_says_why_and_gives_the_car_back(self):
		rental = self.rental()
		with self.refused("Say why the rental is cancelled"):
			actions.set_status(rental.name, "Cancelled", " ")
		with self.refused("Nobody is missing before"):
			actions.set_status(rental.name, "No-Show")
		actions.set_status(rental.name, "Cancelled", "客户改期")
		self.assertEqual([], list(self.booked()))
		actions.set_status(rental.name, "Planned")
		self.assertEqual(1, len(self.booked()))

	def test_a_booking_moved_in_the_calendar_moves_the_rental(self):
		rental = self.rental()
		booking = frappe.get_doc("C4S Booking", rental.booking)
		booking.update({"starts_at": self.at(11), "ends_at": self.at(11, days=3)}).save()
		self.assertEqual((self.at(11), self.at(11, days=3)), (fresh(rental).planned_from, fresh(rental).planned_to))
		booking.reload()
		self.assertEqual("Booked", booking.status)

	def test_the_calendar_shows_it(self):
		rental = self.rental()
		rows = get_events("C4S Car Rental", str(self.at(0)), str(self.at(0, days=2)))
		self.assertIn((rental.name, f"{rental.contact_name} · {self.car.resource_name}"), [(row.name, row.title) for row in rows])


class TestTerms(RentalTestCase):
	def test_the_prices_of_the_class_are_copied_until_the_agreement_is_signed(self):
		rental = self.rental()
		self.assertEqual((199.99, 2000, 200, 0.85, 399.98), tuple(rental.get(field) for field in (*PRICES, "expected_amount")))
		make_class(daily_rate=210)
		rental = fresh(rental).save()
		self.assertEqual(210, rental.daily_rate)
		rental.update({"agreement_on_paper": 1}).save()
		make_class(daily_rate=300)
		self.assertEqual(210, fresh(rental).save().daily_rate)

	def test_the_class_may_come_from_the_car_and_is_needed(self):
		car = make_car(self.store, rental_class=make_class())
		self.assertEqual("T-CLASS", self.rental(resource=car.name, rental_class=None).rental_class)
		with self.refused("Choose the rental class", frappe.MandatoryError):
			self.rental(rental_class=None)


class TestCourtesy(RentalTestCase):
	def courtesy(self, **overrides):
		return self.rental(**{"rental_kind": "Courtesy", **overrides})

	def test_it_belongs_to_a_visit_or_an_appointment_of_the_customer_and_costs_nothing(self):
		visit = make_service_visit(dealership=self.store)
		with self.refused("belongs to a service visit or an appointment"):
			self.courtesy()
		with self.refused("is another customer's"):
			self.courtesy(service_visit=visit.name, customer=make_customer("13800138072").name)
		elsewhere = make_service_visit(dealership=make_store("RENT-2"), customer=visit.customer)
		with self.refused("is of another store"):
			self.courtesy(service_visit=elsewhere.name, customer=visit.customer)
		rental = self.courtesy(service_visit=visit.name, customer=visit.customer, rental_class=make_class())
		self.assertEqual((None, 0, 0), (rental.rental_class, rental.daily_rate, rental.deposit))

	def test_it_takes_over_the_time_that_the_appointment_kept(self):
		appointment = make_appointment(self.store, courtesy_car=self.car.name, courtesy_from=self.at(10), courtesy_to=self.at(16))
		planned = actions.courtesy_for(appointment=appointment.name)
		self.assertEqual((self.car.name, self.at(10), self.at(16), None), tuple(planned[field] for field in ("resource", "planned_from", "planned_to", "existing")))
		planned.pop("existing")
		rental = self.courtesy(**planned)
		self.assertEqual([(self.at(10), self.at(16))], list(self.booked()))
		self.assertEqual(rental.name, frappe.db.get_value("C4S Booking", {"resource": self.car.name, "status": "Booked"}, "reference_name"))
		self.assertEqual(rental.name, actions.courtesy_for(appointment=appointment.name)["existing"])
		# The appointment may still be changed, arrive or be cancelled without taking the car again.
		fresh(appointment).update({"concern": "异响"}).save()
		visit = api.arrive(appointment.name)
		self.assertEqual(1, len(self.booked()))
		self.assertEqual(self.car.name, actions.courtesy_for(service_visit=visit if isinstance(visit, str) else visit["name"])["resource"])


class TestHandOut(RentalTestCase):
	def test_what_is_missing_is_said_at_once_and_nothing_is_written(self):
		rental = self.rental()
		with self.refused("these are needed: Licence Number, Licence Class, Licence Valid Until, Original Licence Seen, Signature, Odometer Out"):
			actions.hand_out(rental.name, 0, 50)
		with self.refused("The security deposit of .* comes before the key"):
			handed_out(rental, deposit_paid=1999.99)
		with self.refused("Fuel or Charge Out .* must lie between 0 and 100"):
			handed_out(rental, fuel=101)
		self.assertEqual(("Planned", None), (fresh(rental).status, fresh(rental).handed_out_on))

	def test_the_licence_lasts_until_the_car_is_back(self):
		rental = self.rental()
		licence = {**READY["licence"], "licence_valid_until": str(getdate(self.at(0, days=2)))}
		with self.refused("The driving licence expires on"):
			handed_out(rental, licence=licence)

	def test_an_odometer_does_not_run_back(self):
		with stopped_at(self.at(10)):
			first = handed_out(self.rental(planned_to=self.at(12)))
			second = self.rental(planned_from=self.at(13), planned_to=self.at(16))
		with stopped_at(self.at(12)):
			actions.take_back(first.name, 12080, 90)
			self.assertEqual(12080, actions.panels(second.name)["odometer"])
		with stopped_at(self.at(13)):
			with self.refused("The car had 12080 km on .* already"):
				handed_out(second, odometer=12079)
			self.assertEqual("Handed Out", handed_out(second, odometer=12080).status)

	def test_damage_and_signature_are_kept_as_on_the_walk_round(self):
		marks = [{"kind": "Scratch", "x": 30, "y": 40, "remark": "左前门"}]
		rental = handed_out(self.rental(), marks=marks, on_paper=0, signature=picture())
		self.assertEqual("Handed Out", rental.status)
		self.assertEqual([{"kind": "Scratch", "x": 30.0, "y": 40.0, "remark": "左前门"}], actions.panels(rental.name)["marks"]["out"])
		self.assertTrue(rental.agreement_signature.startswith("data:image/png;base64,") and rental.agreement_signed_on)
		with self.refused("does not lie on the drawing", WalkRoundError):
			handed_out(self.rental(resource=make_car(self.store).name), marks=[{"kind": "Scratch", "x": 300, "y": 40}])
		with self.refused("is no picture", WalkRoundError):
			handed_out(self.rental(resource=make_car(self.store).name), signature="data:image/png;base64,AAAA")

	def test_a_saved_form_hands_nothing_out_and_writes_no_facts(self):
		rental = self.rental()
		with self.refused("by the buttons for it"):
			rental.update({"status": "Handed Out", **LICENCE, "agreement_on_paper": 1, "odometer_out": 5, "deposit_paid": 2000}).save()
		rental = fresh(rental)
		rental.update({"odometer_out": 5, "handed_out_on": self.at(9), "damage_amount": 90}).save()
		self.assertEqual((0, None, 0), (rental.odometer_out or 0, rental.handed_out_on, rental.damage_amount or 0))

	def test_who_comes_earlier_takes_the_car_earlier_if_nobody_has_it(self):
		with stopped_at(self.at(9)):
			rental = handed_out(self.rental())
			self.assertEqual([(self.at(9), self.at(10, days=3))], list(self.booked()))
		self.assertEqual(self.at(9), rental.planned_from)

	def test_a_car_that_is_still_out_is_not_handed_out_again(self):
		with stopped_at(self.at(10)):
			first = handed_out(self.rental(planned_to=self.at(16)))
			second = self.rental(planned_from=self.at(17), planned_to=self.at(17, days=2))
		with stopped_at(self.at(17)):
			with self.refused(f"The car is still out with .* \\(rental {first.name}\\)"):
				handed_out(second)
			texts = [row["text"] for row in actions.panels(second.name)["warnings"]]
			self.assertRegex(texts[0], "The car is late with .* since")
			late = [row["text"] for row in actions.panels(first.name)["warnings"]]
			self.assertRegex(late[0], "Should have been back at")
			self.assertRegex(late[1], "The car is taken next from")

	def test_after_the_planned_time_a_later_return_is_planned_first(self):
		rental = self.rental()
		with stopped_at(self.at(10, days=4)), self.refused("The planned time is over"):
			handed_out(rental)

	def test_what_was_agreed_stays(self):
		with stopped_at(self.at(10)):
			rental = handed_out(self.rental())
			for values in ({"customer": make_customer("13800138073").name}, {"resource": make_car(self.store).name}, {"planned_from": self.at(11)}):
				with self.subTest(values), self.refused("of a car that was handed out cannot be changed"):
					fresh(rental).update(values).save()
			with self.refused("cannot become Cancelled"):
				actions.set_status(rental.name, "Cancelled", "x")
			with self.refused("the rental stays"):
				fresh(rental).delete()


class TestReturn(RentalTestCase):
	def out(self, **overrides):
		with stopped_at(self.at(10)):
			return handed_out(self.rental(**overrides))

	def test_rent_kilometres_and_charges_add_up_against_the_deposit(self):
		rental = self.out()
		with stopped_at(self.at(10, days=3)):
			answer = actions.take_back(rental.name, 12433, 40, fuel_amount=120.5, damage_amount=80, remark="后保险杠新划痕")
		rental = fresh(rental)
		self.assertEqual((2, 399.98, 33, 28.05, 628.53), (rental.days, rental.rental_amount, rental.extra_km, rental.extra_km_amount, rental.total_amount))
		self.assertEqual((0, 1371.47, 0), (answer["to_pay"], answer["to_refund"], answer["minutes_late"]))
		self.assertEqual((433, "Brought Back"), (rental.kilometres, rental.status))

	def test_late_beyond_the_grace_is_another_day(self):
		change_settings(rental_grace_minutes=30)
		rental = self.out()
		with stopped_at(self.at(10, days=3) + timedelta(minutes=31)):
			actions.take_back(rental.name, 12100, 90)
		self.assertEqual((31, 3), (fresh(rental).minutes_late, fresh(rental).days))

	def test_an_early_return_is_charged_as_driven_and_frees_the_car(self):
		rental = self.out()
		with stopped_at(self.at(16)):
			actions.take_back(rental.name, 12050, 90)
		self.assertEqual((1, 199.99), (fresh(rental).days, fresh(rental).rental_amount))
		self.assertEqual([(self.at(10), self.at(16))], list(self.booked()))
		vehicle = frappe.db.get_value("C4S Resource", self.car.name, "vehicle")
		reading = frappe.db.get_value("C4S Odometer Reading", {"source_name": rental.name}, ["vehicle", "kilometres"])
		self.assertEqual((vehicle, 12050), reading)

	def test_a_courtesy_car_costs_only_what_is_charged(self):
		visit = make_service_visit(dealership=self.store)
		rental = self.out(rental_kind="Courtesy", service_visit=visit.name, customer=visit.customer)
		with stopped_at(self.at(16)):
			answer = actions.take_back(rental.name, 12900, 90, damage_amount="200.10")
		self.assertEqual((200.1, 200.1, 0), (answer["total_amount"], answer["to_pay"], fresh(rental).days))

	def test_impossible_returns_are_refused(self):
		rental = self.out()
		with stopped_at(self.at(16)):
			for values, sentence in (
				({"odometer": 11999}, "cannot come back with 11999 km"),
				({"odometer": 0}, "Enter in Odometer In"),
				({"odometer": 12001, "back_on": str(self.at(9))}, "cannot be back before it was handed out"),
				({"odometer": 12001, "back_on": str(self.at(17))}, "must not lie in the future"),
				({"odometer": 12001, "fuel_amount": -1}, "must be a number that is not negative"),
			):
				with self.subTest(sentence), self.refused(sentence, frappe.ValidationError):
					actions.take_back(rental.name, **{"fuel": 50, **values})
		with self.refused("A rental that is Planned cannot become Brought Back"):
			actions.take_back(self.rental(resource=make_car(self.store).name).name, 100, 50)

	def test_a_car_kept_longer_is_booked_longer_unless_somebody_has_it(self):
		rental = self.out()
		self.rental(planned_from=self.at(10, days=4), planned_to=self.at(10, days=5))
		with stopped_at(self.at(10, days=2)):
			actions.extend(rental.name, str(self.at(16, days=3)))
			self.assertIn((self.at(10), self.at(16, days=3)), list(self.booked()))
			self.assertEqual(self.at(16, days=3), get_datetime(fresh(rental).planned_to))
			with self.refused("is taken", SlotTakenError):
				actions.extend(rental.name, str(self.at(11, days=4)))
			with self.refused("still to come"):
				actions.extend(rental.name, str(self.at(9)))


class TestWhoMay(RentalTestCase):
	def test_those_at_the_desk_hand_out_and_take_back(self):
		make_class()
		customer = make_customer(store=self.store).name
		for position, role in enumerate(("Receptionist", "Service Advisor", "Sales Consultant"), 1):
			user = make_user(role, [self.store])
			with self.subTest(role), stopped_at(self.at(10, days=position)), as_user(user):
				rental = handed_out(self.rental(customer=customer, rental_class="T-CLASS", planned_from=self.at(10, days=position), planned_to=self.at(16, days=position)), odometer=12000 + position)
				self.assertEqual(user if role != "Receptionist" else None, rental.advisor)
				actions.take_back(rental.name, 12001 + position, 90)
				self.assertEqual("Brought Back", fresh(rental).status)

	def test_actions_are_refused_to_other_stores_and_to_who_only_reads(self):
		rental = self.rental()
		for role, stores in (("Service Advisor", [make_store("RENT-2")]), ("CRM Specialist", [self.store]), ("Technician", [self.store])):
			with self.subTest(role), as_user(make_user(role, stores)):
				with self.assertRaises(frappe.PermissionError):
					handed_out(rental)
				with self.assertRaises(frappe.PermissionError):
					actions.set_status(rental.name, "Cancelled", "x")
		with as_user(make_user("Service Advisor", [make_store("RENT-2")])), self.assertRaises(frappe.PermissionError):
			actions.panels(rental.name)

	def test_the_agreement_is_printed_in_the_customers_language_with_its_terms_in_both(self):
		for language, title in (("zh", "租车协议"), ("en", "Rental Agreement")):
			rental = self.rental(customer=make_customer(language=language).name, resource=make_car(self.store).name)
			html = frappe.get_print(rental.doctype, rental.name, "C4S Rental Agreement")
			missing = [text for text in (title, "199.99", "399.98", "驾驶人持有", "The driver holds") if text not in html]
			self.assertEqual([], missing, language)

	def test_nobody_signed_leaves_the_place_empty(self):
		html = frappe.get_print("C4S Car Rental", self.rental().name, "C4S Rental Agreement")
		self.assertNotIn("<img", html)


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Car Rental"
	role = "Service Advisor"

	def make_document_of(self, store: str, **values):
		# One that takes no time, so that a copy of it can be saved.
		car = frappe.db.get_value("C4S Resource", {"dealership": store}) or make_car(make_store(store)).name
		values = {"customer": make_customer(store=store).name, "resource": car, **values}
		rental = make_rental(store, **values)
		actions.set_status(rental.name, "Cancelled", "改期")
		return fresh(rental)

	def test_a_document_that_names_no_store_belongs_to_the_own_one(self):
		# A copy is planned anew.
		document = frappe.copy_doc(self.make_document_of(self.own))
		document.update({"dealership": None, "status": "Planned"})
		with as_user(self.user):
			self.assertEqual(self.own, document.insert().dealership)
