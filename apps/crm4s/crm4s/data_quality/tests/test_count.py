import frappe
from frappe.tests.utils import FrappeTestCase
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_data_quality_month.c4s_data_quality_month import QUALITY
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.data_quality.checks import CHECKS, DOCTYPES, KINDS, SAME_BIRTHDAY, SAME_PHONE, list_filters
from crm4s.data_quality.count import recount


@freeze_time("2001-06-15")
class TestDataQuality(FrappeTestCase):
	def setUp(self):
		self.one, self.two = make_dealership("QUALITY-1").name, make_dealership("QUALITY-2").name

	def tearDown(self):
		frappe.db.rollback()

	def found(self, store: str, check: str) -> tuple:
		recount()
		return frappe.db.get_value(QUALITY, {"month": "2001-06-01", "dealership": store, "is_whole": 0, "check_name": check}, ["affected", "looked_at"])

	def test_what_a_customer_lacks_counts_for_each_store_that_knows_it(self):
		bare = make_customer(store=self.one)
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": bare.name, "dealership": self.two}).insert(ignore_permissions=True)
		frappe.db.set_value("C4S Customer", bare.name, {"city": None, "birthday": None, "lunar_birth_month": 0}, update_modified=False)
		full = make_customer(store=self.one)
		frappe.db.set_value("C4S Customer", full.name, {"city": "上海市", "birthday": "1980-01-01"}, update_modified=False)
		for check in ("Customers without a City", "Customers without a Birthday"):
			self.assertEqual(((1, 2), (1, 1)), (self.found(self.one, check), self.found(self.two, check)), check)

	def test_a_company_has_no_birthday(self):
		company = make_customer(store=self.one)
		frappe.db.set_value("C4S Customer", company.name, {"customer_kind": "Company", "birthday": None}, update_modified=False)
		self.assertEqual((0, 0), self.found(self.one, "Customers without a Birthday"))

	def test_cars_and_dealings_count_for_their_store(self):
		make_vehicle(dealership=self.one, model=make_model("QUALITY-MODEL", model_year=2001).name)
		self.assertEqual((1, 1), self.found(self.one, "Cars without a Plate Number"))
		self.assertEqual((1, 1), self.found(self.one, "Cars without a Reading for 12 Months"))
		self.assertIsNone(self.found(self.two, "Cars without a Plate Number"))

	def test_the_same_phone_that_nobody_calls_shared_is_doubtful(self):
		first, second, shared = (make_customer(store=store) for store in (self.one, self.two, self.two))
		for customer, is_shared in ((first, 0), (second, 0), (shared, 1)):
			row = {"doctype": "C4S Customer Phone", "parent": customer.name, "parenttype": "C4S Customer", "parentfield": "phones", "phone": "+8613900000001", "is_shared": is_shared}
			frappe.get_doc({**row, "name": frappe.generate_hash(length=10)}).db_insert()
		self.assertEqual(((1, 1), (1, 2)), (self.found(self.one, SAME_PHONE), self.found(self.two, SAME_PHONE)))

	def test_who_is_out_of_use_is_nobodys_double(self):
		for name in ("first", "second"):
			customer = make_customer(store=self.one)
			frappe.db.set_value("C4S Customer", customer.name, {"customer_name": "质检丙", "birthday": "1981-02-04", "disabled": int(name == "second")}, update_modified=False)
			row = {"doctype": "C4S Customer Phone", "parent": customer.name, "parenttype": "C4S Customer", "parentfield": "phones", "phone": "+8613900000002"}
			frappe.get_doc({**row, "name": frappe.generate_hash(length=10)}).db_insert()
		self.assertEqual(((0, 1), (0, 1)), (self.found(self.one, SAME_BIRTHDAY), self.found(self.one, SAME_PHONE)))

	def test_the_same_name_and_birthday_are_doubtful(self):
		for name in ("质检甲", "质检甲", "质检乙"):
			customer = make_customer(store=self.one)
			frappe.db.set_value("C4S Customer", customer.name, {"customer_name": name, "birthday": "1981-02-03"}, update_modified=False)
		self.assertEqual((2, 3), self.found(self.one, SAME_BIRTHDAY))

	def test_the_same_again_writes_the_same_rows(self):
		make_customer(store=self.one)
		count = recount()
		self.assertEqual(count, recount())
		self.assertEqual(count, frappe.db.count(QUALITY, {"month": "2001-06-01"}))

	def test_the_group_counts_a_customer_once(self):
		recount()
		whole = lambda: frappe.db.get_value(QUALITY, {"month": "2001-06-01", "is_whole": 1, "check_name": "Customers without a City"}, "looked_at")
		before = whole()
		customer = make_customer(store=self.one)
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": customer.name, "dealership": self.two}).insert(ignore_permissions=True)
		recount()
		self.assertEqual(before + 1, whole())

	def test_the_list_behind_a_check_shows_what_was_counted(self):
		recount()
		for check in CHECKS:
			counted = frappe.db.get_value(QUALITY, {"month": "2001-06-01", "is_whole": 1, "check_name": check.name}, "affected")
			self.assertEqual(len(frappe.get_all(check.doctype, list_filters(check.name))), counted, check.name)

	def test_every_check_has_its_kind_and_documents(self):
		self.assertEqual(set(KINDS), set(DOCTYPES))
