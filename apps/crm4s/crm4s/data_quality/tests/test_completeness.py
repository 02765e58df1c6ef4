"""What counts how much is data; saving, intake and the night say the same; what is missing is said in words."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.bookings.tests.factories import make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.data_quality import api
from crm4s.data_quality.completeness import CAR, CUSTOMER, DOCTYPES, FACT, ORGANISATION, PERSON, PERCENT, forget_weights, recompute, weights_of
from crm4s.tests.people import as_user, make_user
from crm4s.workflows.standards import shipped

PHONE = "13800138091"


class TestCompleteness(FrappeTestCase):
	def setUp(self):
		forget_weights()
		self.store = make_store("WHOLE-1")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		forget_weights()

	def percent(self, document) -> int:
		return int(frappe.db.get_value(document.doctype, document.name, PERCENT))

	def test_an_admin_says_what_counts(self):
		customer = make_customer(PHONE, self.store)
		before = customer.completeness_percent
		frappe.get_doc(FACT, "Person education").update({"weight": 900}).save()
		self.assertLess(customer.save().completeness_percent, before)
		frappe.get_doc(FACT, "Person education").update({"weight": 0}).save()
		self.assertNotIn("education", weights_of(PERSON))
		self.assertEqual(before, customer.save().completeness_percent)

	def test_the_night_writes_what_saving_says(self):
		documents = [
			make_customer(PHONE, self.store),
			make_customer(store=self.store, lunar_birth_month=8, lunar_birth_day=15, birthday_calendar="Lunar"),
			make_customer(store=self.store, customer_kind="Company", organisation_contacts=[{"contact_name": "王芳", "phone": "13800138092", "is_decision_maker": 1}]),
			make_vehicle(plate_number="沪A12345", current_owner=make_customer(store=self.store).name),
			make_vehicle(entered_as="In Stock", dealership=self.store, asking_price=120_000),
		]
		said = [int(document.completeness_percent) for document in documents]
		for document in documents:
			frappe.db.set_value(document.doctype, document.name, PERCENT, 0, update_modified=False)
		recompute()
		self.assertEqual(said, [self.percent(document) for document in documents])
		self.assertTrue(all(0 < percent < 100 for percent in said), said)

	def test_other_weights_reach_stored_files_at_night(self):
		customer = make_customer(PHONE, self.store)
		frappe.db.set_value(FACT, {"about": PERSON, "fact": ["!=", "customer_name"]}, "weight", 0)
		forget_weights()
		recompute()
		self.assertEqual(100, self.percent(customer))

	def test_what_is_missing_is_said_in_words_the_heaviest_first(self):
		customer, car = make_customer(store=self.store), make_vehicle(dealership=self.store)
		with as_user(make_user("CRM Manager", [self.store])):
			said = api.missing(CUSTOMER, customer.name)
			self.assertEqual("Primary Phone", said[0])
			self.assertIn("Birthday", said)
			self.assertNotIn("Customer Name", said)
			self.assertIn("Plate Number", api.missing(CAR, car.name))

	def test_what_is_closed_to_the_reader_is_not_told(self):
		customer = make_customer(store=self.store)
		with as_user(make_user("Data Analyst", [self.store])):
			said = api.missing(CUSTOMER, customer.name)
			self.assertIn("Birthday", said)
			self.assertNotIn("Primary Phone", said)

	def test_only_fields_that_exist_count(self):
		for about, fact in ((ORGANISATION, "no_such_field"), ("Car in Stock", "is_verified"), ("", "city")):
			with self.subTest(fact), self.assertRaises(frappe.ValidationError):
				frappe.get_doc({"doctype": FACT, "about": about, "fact": fact, "weight": 1}).insert()

	def test_our_own_weights_name_fields_that_exist(self):
		ours = [row for row in shipped() if row["doctype"] == FACT]
		self.assertEqual(set(DOCTYPES), {row["about"] for row in ours})
		for row in ours:
			frappe.get_doc(row).run_method("validate")
