import json

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.access.customers import take_up
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal import accounts, requests
from crm4s.privacy import rights
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
REQUEST, CUSTOMER = "C4S Data Request", "C4S Customer"
PHONE, MAIL, IDENTITY = "13800138321", "zhang.xue@example.com", "110101199003071938"


class TestRights(FrappeTestCase):
	def setUp(self):
		self.store, self.other = (make_dealership(code).name for code in ("RIGHTS-1", "RIGHTS-2"))
		file = make_customer(PHONE, store=self.store, customer_name="张雪儿", email=MAIL, identity_document_type="Resident Identity Card", identity_number=IDENTITY)
		self.customer = file.name
		self.officer = make_user("Group Manager", [self.store])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def open_case(self, kind: str = "Access", **overrides) -> str:
		values = {"customer": self.customer, "channel": "Phone", "identity_checked": "回拨登记的号码"}
		return rights.open_case(kind, **{**values, **overrides})

	def test_a_person_is_found_by_whatever_he_or_she_is_known_by(self):
		car = make_vehicle()
		car.append("parties", {"party_role": "Owner", "customer": self.customer, "valid_from": "2024-01-01"})
		car.save()
		user = accounts.open_for(self.customer).user
		for text in (PHONE, "+86 138 0013 8321", MAIL.upper(), IDENTITY, car.vin, user, self.customer):
			with self.subTest(text), as_user(self.officer):
				[found] = rights.find(text)["customers"]
				self.assertEqual(self.customer, found["name"])
				self.assertNotIn(PHONE[-4:-2] + PHONE[-6:-4], found["masked_phone"])
		with as_user(self.officer):
			self.assertEqual([], rights.find("13800138322")["customers"])

	def test_other_stores_and_other_roles_find_nobody(self):
		with as_user(make_user("Group Manager", [self.other])):
			self.assertEqual([], rights.find(PHONE)["customers"])
			with self.assertRaises(frappe.PermissionError):
				self.open_case()
		case = self.open_case("Erasure")
		with as_user(make_user("Group Manager", [self.other])):
			for method in (rights.preview, rights.export, rights.erase):
				self.assertRaises(frappe.PermissionError, method, case)
		for role in ("CRM Manager", "Sales Consultant", "Receptionist", "C4S Portal Customer"):
			with as_user(make_user(role, [self.store])):
				for method, given in ((rights.find, PHONE), (rights.preview, case), (rights.export, case), (rights.erase, case)):
					with self.subTest(role=role, method=method.__name__):
						self.assertRaises(frappe.PermissionError, method, given)

	def test_a_case_says_how_it_came_and_by_when_it_is_answered(self):
		with as_user(self.officer):
			case = frappe.get_doc(REQUEST, self.open_case(received_on=str(add_days(nowdate(), -3))))
		self.assertEqual(("Phone", getdate(add_days(nowdate(), 12)), "Open"), (case.channel, getdate(case.due_on), case.status))

	def test_nobody_opens_one_without_knowing_who_asks(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Say how you know that it is this person"):
			self.open_case(identity_checked=" ")

	def test_a_correction_goes_the_way_of_those_from_the_portal(self):
		with as_user(self.officer):
			case = self.open_case("Correction", wished=json.dumps({"email": "new@example.com"}))
			requests.approve(case)
		self.assertEqual("new@example.com", frappe.db.get_value(CUSTOMER, self.customer, "email"))

	def test_all_is_taken_along_and_the_case_is_answered(self):
		with as_user(self.officer):
			case = self.open_case("Export")
			rights.export(case)
			taken = json.loads(frappe.response["filecontent"])
			self.assertEqual(("张雪儿", MAIL), (taken["person"]["customer_name"], taken["person"]["email"]))
			self.assertEqual("Done", frappe.db.get_value(REQUEST, case, "status"))
			rights.export(case, "html")
			self.assertIn("张雪儿", frappe.response["filecontent"].decode())

	def test_what_is_kept_is_said_before_anything_happens(self):
		lead = make_lead(customer=self.customer, dealership=self.store, phone=PHONE)
		with as_user(self.officer):
			kept = rights.preview(self.open_case("Erasure"))
		self.assertIn(("C4S Lead", 1), [(row["document_type"], row["count"]) for row in kept["rows"]])
		self.assertTrue(frappe.db.get_value("C4S Lead", lead.name, "phone"))

	def test_whom_other_stores_know_too_their_officer_erases(self):
		take_up(self.customer, self.other)
		with as_user(self.officer):
			case = self.open_case("Erasure")
			with self.assertRaisesRegex(frappe.PermissionError, "Other stores know this person too: RIGHTS-2"):
				rights.erase(case)
		with as_user(make_user("Group Manager", [self.store, self.other])):
			rights.erase(case)
		self.assertEqual("Under Way", frappe.db.get_value(REQUEST, case, "status"))

	def test_only_an_open_wish_to_be_erased_is_carried_out(self):
		with as_user(self.officer), self.assertRaisesRegex(frappe.ValidationError, "Only an open wish"):
			rights.erase(self.open_case("Access"))

	def test_somebody_without_a_file_is_for_those_of_the_whole_group(self):
		make_lead(dealership=self.store, phone="13800138999", lead_name="钱多多")
		with as_user(self.officer):
			self.assertEqual({}, rights.find("13800138999")["without_file"])
			with self.assertRaises(frappe.PermissionError):
				self.open_case("Erasure", customer=None, phone="13800138999")
		case = frappe.get_doc(REQUEST, self.open_case("Erasure", customer=None, phone="13800138999"))
		self.assertNotIn("13800138999", case.title + case.found_as)
		with as_user(self.officer):
			self.assertNotIn(case.name, frappe.get_list(REQUEST, pluck="name"))
			self.assertFalse(frappe.has_permission(REQUEST, "read", case.name))
