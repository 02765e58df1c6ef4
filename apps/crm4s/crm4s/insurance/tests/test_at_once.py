"""Real people at the same moment, each over a connection of his or her own; what came of it is taken away again."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_insurance_policy.test_c4s_insurance_policy import make_policy
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import PolicyError
from crm4s.tests.at_once import at_once, done, refused

STORE, POLICY = "POLICY-AT-ONCE", "C4S Insurance Policy"


class TestAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		make_dealership(STORE)
		self.customer, self.vehicle = make_customer().name, make_vehicle(model=None, model_description="家用轿车").name
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		for name in frappe.get_all(POLICY, {"dealership": STORE}, pluck="name"):
			frappe.delete_doc(POLICY, name, force=True)
		frappe.delete_doc("C4S Vehicle", self.vehicle, force=True)
		frappe.delete_doc("C4S Customer", self.customer, force=True)
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		frappe.db.commit()

	def insure(self, **values):
		return lambda: make_policy(STORE, vehicle=self.vehicle, customer=self.customer, **values).name

	def test_two_who_insure_one_car_for_the_same_days_do_not_both_succeed(self):
		outcomes = at_once(self.insure(), self.insure(), self.insure())
		self.assertEqual(1, len(done(outcomes)), outcomes)
		self.assertEqual({PolicyError}, {type(refusal) for refusal in refused(outcomes)}, outcomes)
		self.assertEqual(1, frappe.db.count(POLICY, {"vehicle": self.vehicle}))

	def test_a_number_is_entered_once_whoever_enters_it(self):
		number = {"policy_number": "ATONCE1"}
		outcomes = at_once(self.insure(**number), self.insure(**number, policy_kind="Compulsory Insurance"))
		self.assertEqual((1, 1), (len(done(outcomes)), frappe.db.count(POLICY, number)), outcomes)
