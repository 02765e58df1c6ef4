"""Real people at the same moment, each over a connection of his or her own; what came of it is taken away again."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.appointments import api
from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_technician
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import SlotTakenError
from crm4s.tests.at_once import at_once

STORE, OTHER = "SA-AT-ONCE", "SA-BESIDE"
APPOINTMENT, VISIT = "C4S Service Appointment", "C4S Service Visit"


class TestAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		make_store(STORE)
		self.resources = [make_bay(STORE).name, make_technician(STORE).name]
		self.customer, self.vehicle = make_customer().name, make_vehicle(model=None, model_description="家用轿车").name
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		for doctype in (VISIT, APPOINTMENT, "C4S Resource"):
			for name in frappe.get_all(doctype, {"dealership": ["in", [STORE, OTHER]]}, pluck="name"):
				if doctype == APPOINTMENT:
					frappe.db.set_value(doctype, name, "service_visit", None)
				frappe.delete_doc(doctype, name, force=True)
		frappe.delete_doc("C4S Vehicle", self.vehicle, force=True)
		frappe.delete_doc("C4S Customer", self.customer, force=True)
		for store in (STORE, OTHER):
			frappe.delete_doc("C4S Dealership", store, force=True, ignore_missing=True)
		frappe.db.commit()

	def book(self, plate: str, hour: int = 10, store: str = STORE):
		values = {"dealership": store, "customer": self.customer, "plate_number": plate, "planned_from": str(at(hour))}
		return lambda: api.make(values)["name"]

	def test_of_two_on_the_last_slot_one_wins_and_the_other_hears_the_next_three(self):
		outcomes = at_once(self.book("沪A12380"), self.book("沪A12381"))
		refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
		self.assertEqual([SlotTakenError], [type(outcome) for outcome in refused], outcomes)
		day = f"{at(0):%Y-%m-%d}"
		self.assertEqual(f"{day} 10:00 is taken; next free: {day} 11:00, {day} 12:00, {day} 13:00.", str(refused[0]))
		self.assertEqual(1, frappe.db.count(APPOINTMENT, {"dealership": STORE}))
		self.assertEqual(2, frappe.db.count("C4S Booking", {"dealership": STORE}))

	def test_many_on_few_slots_fill_every_one_of_them_once(self):
		wishes = [self.book(f"沪A124{number:02d}", 9 + number % 4) for number in range(12)]
		outcomes = at_once(*wishes)
		won = [outcome for outcome in outcomes if isinstance(outcome, str)]
		self.assertEqual({SlotTakenError}, {type(outcome) for outcome in outcomes if not isinstance(outcome, str)}, outcomes)
		taken = frappe.get_all(APPOINTMENT, {"dealership": STORE}, pluck="planned_from", order_by="planned_from")
		self.assertEqual(([at(hour) for hour in (9, 10, 11, 12)], 4), (taken, len(won)))

	def test_stores_whose_bays_lie_side_by_side_do_not_stop_each_other(self):
		make_store(OTHER)
		for number in range(3):
			for store in (OTHER, STORE):
				make_bay(store, resource_name=f"{store} {number}")
				make_technician(store, f"{store} {number}")
		frappe.db.commit()
		wishes = [self.book(f"沪A125{number:02d}", 9 + number // 4 * 2, store) for number, store in enumerate((STORE, OTHER) * 6)]
		outcomes = at_once(*wishes)
		self.assertEqual([str] * 12, [type(outcome) for outcome in outcomes], outcomes)

	def test_two_free_bays_go_to_two_people(self):
		make_bay(STORE, resource_name="2号工位")
		make_technician(STORE, "李师傅")
		frappe.db.commit()
		outcomes = at_once(self.book("沪A12382"), self.book("沪A12383"))
		self.assertEqual([str, str], [type(outcome) for outcome in outcomes], outcomes)
		self.assertEqual(2, len(set(frappe.get_all(APPOINTMENT, {"dealership": STORE}, pluck="bay"))))

	def test_a_car_that_is_received_at_two_desks_has_one_visit(self):
		values = {"dealership": STORE, "customer": self.customer, "vehicle": self.vehicle, "planned_from": str(at(10))}
		name = api.make(values)["name"]
		frappe.db.commit()
		outcomes = at_once(lambda: api.arrive(name), lambda: api.arrive(name))
		self.assertEqual(1, len(set(outcomes)), outcomes)
		self.assertEqual([outcomes[0]], frappe.get_all(VISIT, {"dealership": STORE}, pluck="name"))
