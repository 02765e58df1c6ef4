import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal import accounts
from crm4s.portal import viewer as viewers
from crm4s.portal.viewer import ACCESS, DRIVER, FAMILY, FLEET

test_ignore = ["User"]


def make_access(account: str, customer: str, access_role: str = FAMILY, **overrides):
	return frappe.get_doc({"doctype": ACCESS, "account": account, "customer": customer, "access_role": access_role, **overrides}).insert()


class TestC4SPortalAccess(FrappeTestCase):
	def setUp(self):
		self.person = make_customer(customer_name="王芳").name
		self.account = accounts.open_for(self.person)
		self.company = make_customer(customer_name="顺达物流", customer_kind="Company").name
		self.cars = [make_vehicle(current_owner=self.company).name for _each in range(2)]

	def tearDown(self):
		frappe.db.rollback()

	def viewer(self):
		return viewers.of_user(self.account.user)

	def test_a_fleet_manager_has_every_matter_of_the_organisation(self):
		make_access(self.account.name, self.company, FLEET)
		self.assertEqual((self.person, self.company), self.viewer().whole)
		self.assertCountEqual(self.cars, self.viewer().cars)

	def test_the_family_sees_cars_and_nothing_else(self):
		owner = make_customer().name
		car = make_vehicle(current_owner=owner).name
		make_access(self.account.name, owner)
		self.assertEqual(((self.person,), (car,)), (self.viewer().whole, self.viewer().cars))

	def test_a_driver_sees_the_one_car(self):
		make_access(self.account.name, self.company, DRIVER, vehicle=self.cars[1])
		self.assertEqual(((self.person,), (self.cars[1],)), (self.viewer().whole, self.viewer().cars))

	def test_it_ends_after_its_day_and_with_a_closed_file(self):
		access = make_access(self.account.name, self.company, FLEET, valid_until=nowdate())
		self.assertTrue(self.viewer().cars)
		access.update({"valid_until": add_days(nowdate(), -1)}).save()
		self.assertFalse(self.viewer().cars)
		access.update({"valid_until": None}).save()
		frappe.db.set_value("C4S Customer", self.company, "disabled", 1)
		self.assertFalse(self.viewer().cars)

	def test_a_car_that_was_sold_is_not_seen_any_more(self):
		car = make_vehicle(parties=[{"party_role": "Owner", "customer": self.person, "valid_to": add_days(nowdate(), -1)}]).name
		self.assertNotIn(car, self.viewer().cars)

	def test_what_makes_no_sense_is_refused(self):
		private = make_customer().name
		for customer, role, more, sentence in (
			(self.person, FAMILY, {}, "own cars already"),
			(private, FLEET, {}, "Family Member for a private person"),
			(self.company, DRIVER, {}, "which car is driven"),
			(private, DRIVER, {"vehicle": self.cars[0]}, "not the customer's"),
		):
			with self.subTest(role=role, sentence=sentence), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_access(self.account.name, customer, role, **more)
		make_access(self.account.name, self.company, FLEET)
		with self.assertRaisesRegex(frappe.ValidationError, "granted already"):
			make_access(self.account.name, self.company, FLEET)
