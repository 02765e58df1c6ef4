import json

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.access.lookup import find_in_group, take_up_relationship
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.exceptions import InvalidIdentifierError, TooManyLookupsError
from crm4s.tests.people import as_user, make_user

PHONE = "13800138000"


class LookupTestCase(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST", dealership_name="浦东店")
		make_dealership("T-WEST", dealership_name="长宁店")
		self.customer = make_customer(
			PHONE, "T-EAST", customer_name="欧阳建国", identity_document_type="Passport", identity_number="E12345678"
		)
		self.receptionist = make_user("Receptionist", ["T-WEST"])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def masked(self, **changes) -> dict:
		return {
			"customer": self.customer.name,
			"name": "欧***",
			"phone": "138****8000",
			"identity_number": self.customer.masked_identity_number,
			"city": "上海市",
			"cars": 0,
			"stores": ["浦东店"],
			"is_own": False,
			**changes,
		}


class TestFindInGroup(LookupTestCase):
	def test_an_exact_phone_finds_the_customer_of_another_store_masked(self):
		with as_user(self.receptionist):
			self.assertEqual([self.masked()], find_in_group(phone="+86 138-0013-8000"))

	def test_one_digit_off_finds_nobody(self):
		with as_user(self.receptionist):
			self.assertEqual([], find_in_group(phone="13800138001"))

	def test_a_part_of_a_number_is_no_search(self):
		with as_user(self.receptionist), self.assertRaises(InvalidIdentifierError):
			find_in_group(phone="1380013")

	def test_nothing_is_no_search(self):
		with as_user(self.receptionist), self.assertRaisesRegex(frappe.ValidationError, "Enter a phone number, a document number or a VIN"):
			find_in_group()

	def test_every_phone_of_a_customer_finds_him(self):
		self.customer.append("phones", {"phone": "021-65529988", "kind": "Home", "is_shared": 1})
		self.customer.save()
		with as_user(self.receptionist):
			self.assertEqual([self.customer.name], [row["customer"] for row in find_in_group(phone="021-65529988")])

	def test_a_document_number_finds_without_saying_its_kind(self):
		with as_user(self.receptionist):
			self.assertEqual([self.masked()], find_in_group(identity_number="e1234 5678"))
			self.assertEqual([], find_in_group(identity_number="E12345679"))

	def test_a_vin_finds_the_owner(self):
		vehicle = frappe.get_doc({"doctype": "C4S Vehicle", "vin": "LSVAA4182E2184847", "current_owner": self.customer.name})
		vehicle.set_new_name()
		vehicle.db_insert()
		with as_user(self.receptionist):
			self.assertEqual([self.masked(cars=1)], find_in_group(vin="lsvaa4182e2184847"))

	def test_a_disabled_customer_is_not_found(self):
		self.customer.disabled = 1
		self.customer.save()
		with as_user(self.receptionist):
			self.assertEqual([], find_in_group(phone=PHONE))

	def test_every_search_is_logged_masked_with_what_was_found(self):
		with as_user(self.receptionist):
			find_in_group(phone=PHONE)
			find_in_group(identity_number="E12345678")
		rows = frappe.get_all(
			"C4S Query Log", {"user": self.receptionist}, ["kind", "dealership", "criteria", "result_count"], order_by="queried_on, criteria desc"
		)
		self.assertEqual({("Group Lookup", "T-WEST", 1)}, {(row.kind, row.dealership, row.result_count) for row in rows})
		logged = [json.loads(row.criteria) for row in rows]
		self.assertIn({"phone": "138****8000"}, logged)
		self.assertNotIn("E12345678", json.dumps(logged))

	def test_who_asks_too_often_is_refused_until_the_hour_is_over(self):
		change_settings(group_lookups_per_hour=2)
		with as_user(self.receptionist):
			find_in_group(phone="13800138001")
			find_in_group(phone="13800138002")
			with self.assertRaisesRegex(TooManyLookupsError, "2 times within an hour; 2 are allowed"):
				find_in_group(phone=PHONE)
			an_hour_ago = frappe.utils.add_to_date(frappe.utils.now_datetime(), hours=-1, minutes=-1)
			frappe.db.sql("update `tabC4S Query Log` set queried_on = %s where user = %s", (an_hour_ago, self.receptionist))
			self.assertEqual(1, len(find_in_group(phone=PHONE)))

	def test_roles_without_customers_do_not_search(self):
		for role in ("Technician", "Auditor", "Data Analyst", "Portal Customer"):
			with self.subTest(role), as_user(make_user(role, ["T-WEST"])), self.assertRaises(frappe.PermissionError):
				find_in_group(phone=PHONE)


class TestTakeUpRelationship(LookupTestCase):
	def test_a_customer_who_was_found_becomes_a_customer_of_the_store_as_well(self):
		with as_user(self.receptionist):
			self.assertFalse(frappe.has_permission("C4S Customer", "read", self.customer.name))
			find_in_group(phone=PHONE)
			name = take_up_relationship(self.customer.name, "T-WEST", " Moved to Changning ")
			self.assertTrue(frappe.has_permission("C4S Customer", "read", self.customer.name))
			self.assertTrue(find_in_group(phone=PHONE)[0]["is_own"])
		relationship = frappe.get_doc("C4S Store Relationship", name)
		self.assertEqual(
			(self.customer.name, "T-WEST", self.receptionist, "Moved to Changning"),
			(relationship.customer, relationship.dealership, relationship.taken_up_by, relationship.reason),
		)

	def test_who_did_not_find_the_customer_takes_nobody_up(self):
		with as_user(self.receptionist), self.assertRaisesRegex(frappe.PermissionError, "Find the customer in the group first"):
			take_up_relationship(self.customer.name, "T-WEST", "Curious")

	def test_what_a_colleague_found_does_not_count(self):
		with as_user(self.receptionist):
			find_in_group(phone=PHONE)
		with as_user(make_user("Receptionist", ["T-WEST"])), self.assertRaises(frappe.PermissionError):
			take_up_relationship(self.customer.name, "T-WEST", "Curious")

	def test_a_reason_is_needed(self):
		with as_user(self.receptionist):
			find_in_group(phone=PHONE)
			with self.assertRaisesRegex(frappe.ValidationError, "Give a reason"):
				take_up_relationship(self.customer.name, "T-WEST", "  ")

	def test_nobody_takes_up_for_a_store_of_others(self):
		make_dealership("T-NORTH")
		with as_user(self.receptionist):
			find_in_group(phone=PHONE)
			with self.assertRaisesRegex(frappe.PermissionError, "You do not work for store"):
				take_up_relationship(self.customer.name, "T-NORTH", "Moved")

	def test_taking_up_again_leaves_one_relationship(self):
		with as_user(self.receptionist):
			find_in_group(phone=PHONE)
			first = take_up_relationship(self.customer.name, "T-WEST", "Moved")
			self.assertEqual(first, take_up_relationship(self.customer.name, "T-WEST", "Moved"))
