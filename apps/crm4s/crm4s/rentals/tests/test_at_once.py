"""Real people at the same moment, each over a connection of his or her own; what came of it is taken away again."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.bookings.tests.factories import at, make_store
from crm4s.crm4s.doctype.c4s_car_rental.test_c4s_car_rental import PRICES, make_car, make_rental
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import SlotTakenError
from crm4s.tests.at_once import at_once, done, refused

STORE, CLASS = "RENT-AT-ONCE", "T-AT-ONCE"
RENTAL = "C4S Car Rental"


class TestAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		make_store(STORE)
		vehicle = make_vehicle(dealership=STORE, model=None, model_description="家用轿车").name
		self.car = make_car(STORE, vehicle=vehicle)
		self.customer = make_customer().name
		frappe.get_doc({"doctype": "C4S Rental Class", "rental_class": CLASS, **PRICES}).insert()
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		for name in frappe.get_all(RENTAL, {"dealership": STORE}, pluck="name"):
			frappe.delete_doc(RENTAL, name, force=True)
		frappe.delete_doc("C4S Resource", self.car.name, force=True)
		frappe.delete_doc("C4S Vehicle", self.car.vehicle, force=True)
		frappe.delete_doc("C4S Customer", self.customer, force=True)
		frappe.delete_doc("C4S Rental Class", CLASS, force=True)
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		frappe.db.commit()

	def test_of_two_who_take_one_car_one_gets_it_and_the_other_hears_when_it_is_free(self):
		def rent():
			return make_rental(STORE, resource=self.car.name, customer=self.customer, rental_class=CLASS, planned_from=at(10), planned_to=at(10, days=3)).name

		outcomes = at_once(rent, rent, rent)
		self.assertEqual(1, len(done(outcomes)), outcomes)
		self.assertEqual({SlotTakenError}, {type(refusal) for refusal in refused(outcomes)}, outcomes)
		self.assertIn("next free", str(refused(outcomes)[0]))
		self.assertEqual((1, 1), (frappe.db.count(RENTAL, {"dealership": STORE}), frappe.db.count("C4S Booking", {"dealership": STORE})))
