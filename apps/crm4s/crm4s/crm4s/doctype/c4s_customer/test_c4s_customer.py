import json
from threading import Event, Thread
from time import monotonic, sleep
from unittest.mock import patch

import frappe
from frappe.client import get as client_get
from frappe.desk.reportview import get as report_view
from frappe.desk.search import search_link
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import DuplicateCustomerError, InvalidIdentifierError
from crm4s.identity_numbers import number_of
from crm4s.patches import seal_document_numbers
from crm4s.tests.people import as_user, make_user

# Made up, with a right last character: a woman born on 1 January 1990, and a company.
IDENTITY_CARD = "110101199001011026"
CREDIT_CODE = "91310000MA1FL2BC39"


def make_customer(phone: str | None = None, store: str | None = None, **overrides):
	"""A saved customer; `phone` becomes the verified primary phone, `store` the first relationship."""
	values = {"doctype": "C4S Customer", "customer_name": "张伟", "customer_kind": "Private", "city": "上海市"}
	if phone:
		values["phones"] = [{"phone": phone, "kind": "Mobile", "is_primary": 1, "is_verified": 1}]
	if store:
		values["dealership"] = store
	values.update(overrides)
	return frappe.get_doc(values).insert()


class CustomerTestCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestNamesAndPhones(CustomerTestCase):
	def test_a_second_file_with_an_unverified_number_is_saved_with_a_warning(self):
		number = {"phone": "13800138022", "kind": "Mobile"}
		first = make_customer(phones=[dict(number)])
		frappe.clear_messages()
		make_customer(phones=[dict(number)])
		said = str(frappe.message_log)
		self.assertIn("Phone 138****8022 is also the primary phone of customer", said)
		self.assertIn(f"({first.name})", said)

	def test_a_shared_number_is_saved_without_a_warning(self):
		number = {"phone": "13800138022", "kind": "Home", "is_shared": 1}
		make_customer(phones=[dict(number)])
		frappe.clear_messages()
		make_customer(phones=[dict(number)])
		self.assertNotIn("is also the primary phone", str(frappe.message_log))

	def test_a_name_is_kept_without_blanks_between_chinese_characters(self):
		self.assertEqual("张伟", make_customer(customer_name=" 张 伟　").customer_name)

	def test_a_phone_is_kept_as_e164_and_masked(self):
		customer = make_customer("138 0013 8000")
		self.assertEqual("+8613800138000", customer.phones[0].phone)
		self.assertEqual(("+8613800138000", "138****8000"), (customer.primary_phone, customer.masked_phone))

	def test_a_phone_that_is_none_is_refused_with_what_would_be_right(self):
		with self.assertRaisesRegex(InvalidIdentifierError, "has 10 digits, but a Chinese mobile number has 11"):
			make_customer("1380013800")

	def test_the_first_number_that_is_no_fax_is_primary_where_nobody_chose(self):
		customer = make_customer(
			phones=[{"phone": "021-65529988", "kind": "Fax"}, {"phone": "13800138000"}, {"phone": "13800138001"}]
		)
		self.assertEqual([0, 1, 0], [row.is_primary for row in customer.phones])
		self.assertEqual("+8613800138000", customer.primary_phone)

	def test_two_primary_phones_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "2 phones are marked as primary; mark one only"):
			make_customer(phones=[{"phone": "13800138000", "is_primary": 1}, {"phone": "13800138001", "is_primary": 1}])

	def test_a_fax_is_not_primary(self):
		with self.assertRaisesRegex(frappe.ValidationError, "A fax cannot be the primary phone"):
			make_customer(phones=[{"phone": "021-65529988", "kind": "Fax", "is_primary": 1}])

	def test_the_same_number_is_not_entered_twice(self):
		with self.assertRaisesRegex(frappe.ValidationError, r"\+8613800138000 is entered twice"):
			make_customer(phones=[{"phone": "13800138000"}, {"phone": "+86 138-0013-8000"}])

	def test_a_phone_that_was_removed_is_primary_no_longer(self):
		customer = make_customer("13800138000")
		customer.phones = []
		customer.save()
		self.assertEqual((None, None, None), (customer.primary_phone, customer.masked_phone, customer.unique_phone))


class TestUniquePhone(CustomerTestCase):
	def test_a_verified_primary_phone_belongs_to_one_customer_and_the_refusal_names_that_one_masked(self):
		first = make_customer("13800138000", customer_name="王建国")
		with self.assertRaises(DuplicateCustomerError) as refusal:
			make_customer("+8613800138000")
		self.assertEqual(
			f"Phone 138****8000 is the verified primary phone of customer 王** ({first.name}). "
			"Find that customer in the group, or mark the number as shared.",
			str(refusal.exception),
		)

	def test_a_number_becomes_unique_when_it_is_verified(self):
		make_customer("13800138000")
		second = make_customer(phones=[{"phone": "13800138000"}])
		second.phones[0].is_verified = 1
		with self.assertRaises(DuplicateCustomerError):
			second.save()

	def test_a_number_that_says_it_is_shared_may_belong_to_many(self):
		make_customer("13800138000")
		shared = {"phone": "13800138000", "is_primary": 1, "is_verified": 1, "is_shared": 1}
		for _ in range(2):
			self.assertIsNone(make_customer(phones=[shared]).unique_phone)

	def test_saving_a_customer_again_does_not_find_the_customer_itself(self):
		customer = make_customer("13800138000")
		customer.city = "苏州市"
		customer.save()
		self.assertEqual("+8613800138000", customer.unique_phone)


class TestTwoWritersAtTheSameMoment(FrappeTestCase):
	"""Needs rows that another connection sees, so what is made here is committed and removed again."""

	phone = "+8613800139999"

	def setUp(self):
		self.addCleanup(self.remove_customers)
		self.remove_customers()

	def remove_customers(self):
		frappe.db.rollback()
		for name in frappe.get_all("C4S Customer", filters={"primary_phone": self.phone}, pluck="name"):
			frappe.delete_doc("C4S Customer", name, force=True)
		frappe.db.commit()

	def test_the_second_of_two_parallel_transactions_is_refused_naming_the_first(self):
		second = SecondWriter(self.phone)
		first = make_customer(self.phone, customer_name="王建国")
		second.start()
		second.wait_until_blocked()
		frappe.db.commit()
		second.join(timeout=30)
		self.assertIsInstance(second.error, DuplicateCustomerError)
		self.assertIn(f"of customer 王** ({first.name})", str(second.error))
		self.assertEqual([first.name], frappe.get_all("C4S Customer", {"unique_phone": self.phone}, pluck="name"))


class SecondWriter(Thread):
	"""Inserts a customer with `phone` over a database connection of its own and commits.

	The name is given, because the counter of the series is locked by the first writer and would keep the two apart by itself.
	"""

	name_of_twin = "CU-TWIN"

	def __init__(self, phone: str):
		super().__init__(daemon=True)
		self.phone = phone
		self.site = frappe.local.site
		self.connected = Event()
		self.connection_id = None
		self.error = None

	def run(self):
		frappe.init(site=self.site)
		frappe.connect()
		frappe.flags.in_test = True
		try:
			self.connection_id = frappe.db.sql("select connection_id()")[0][0]
			self.connected.set()
			twin = frappe.get_doc({"doctype": "C4S Customer", "customer_name": "李娜", "customer_kind": "Private"})
			twin.append("phones", {"phone": self.phone, "is_primary": 1, "is_verified": 1})
			twin.insert(set_name=self.name_of_twin)
			frappe.db.commit()
		except Exception as error:
			self.error = error
			frappe.db.rollback()
		finally:
			frappe.destroy()

	def wait_until_blocked(self, seconds: float = 20):
		"""Return once the INSERT is under way: the writer has looked for twins, found none, and waits for the index."""
		self.connected.wait(seconds)
		give_up = monotonic() + seconds
		while monotonic() < give_up:
			inserting = frappe.db.sql(
				"select 1 from information_schema.processlist where id = %s and info like %s",
				(self.connection_id, "INSERT INTO `tabC4S Customer`%"),
			)
			if inserting:
				return
			sleep(0.05)
		raise AssertionError(f"The second writer never waited for the first; its error: {self.error!r}")


class TestIdentityDocument(CustomerTestCase):
	def test_a_number_is_normalised_and_masked(self):
		customer = make_customer(identity_document_type="Passport", identity_number="e 1234 5678")
		self.assertEqual(("E******78", "E******78"), (customer.identity_number, customer.masked_identity_number))
		self.assertEqual("E12345678", number_of(customer))

	def test_a_number_needs_its_document_type(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Choose the Document Type"):
			make_customer(identity_number="E12345678")

	def test_a_company_is_identified_by_its_credit_code(self):
		customer = make_customer(
			customer_kind="Company", customer_name="沪东物流有限公司",
			identity_document_type="Unified Social Credit Code", identity_number=CREDIT_CODE.lower(),
		)
		self.assertEqual(CREDIT_CODE, number_of(customer))

	def test_a_wrong_last_character_is_refused_without_repeating_the_number(self):
		wrong = IDENTITY_CARD[:-1] + "1"
		with self.assertRaises(InvalidIdentifierError) as refusal:
			make_customer(identity_document_type="Resident Identity Card", identity_number=wrong)
		self.assertNotIn(wrong, str(refusal.exception))

	def test_sex_and_birthday_come_from_the_card_where_nobody_entered_them(self):
		card = {"identity_document_type": "Resident Identity Card", "identity_number": IDENTITY_CARD}
		customer = make_customer(**card)
		self.assertEqual(("Female", "1990-01-01"), (customer.sex, str(customer.birthday)))
		self.assertEqual("1990-02-03", str(make_customer(birthday="1990-02-03", **card).birthday))

	def test_the_change_log_keeps_the_number_masked(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		customer.identity_number = "E87654321"
		customer.save(ignore_version=False)
		logged = frappe.get_all("Version", {"docname": customer.name}, pluck="data")
		self.assertEqual(1, len(logged))
		self.assertIn("E******21", logged[0])
		self.assertNotIn("E87654321", logged[0])
		self.assertNotIn("E12345678", logged[0])

	def test_the_database_holds_no_number(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		row = frappe.db.get_value("C4S Customer", customer.name, "*", as_dict=True)
		self.assertFalse([column for column, value in row.items() if "E12345678" in str(value)])

	def test_saving_the_masked_number_keeps_the_whole_one(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		customer.city = "苏州市"
		customer.save()
		customer.reload()
		self.assertEqual("E12345678", number_of(customer))
		customer.identity_document_type = "Other"
		customer.save()
		customer.reload()
		self.assertEqual("E12345678", number_of(customer))

	def test_a_number_with_stars_that_is_not_the_stored_one_is_refused(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		customer.identity_number = "E******79"
		with self.assertRaisesRegex(InvalidIdentifierError, "Enter the whole Document Number"):
			customer.save()

	def test_what_a_caller_sends_as_sealed_is_not_taken(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		customer.update({"sealed_identity_number": "x", "identity_key": "x"})
		customer.save()
		customer.reload()
		self.assertEqual("E12345678", number_of(customer))

	def test_another_number_with_the_same_mask_is_told_to_connected_systems(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		frappe.db.delete("C4S Change", {"document": customer.name})
		customer.identity_number = "E99945678"
		customer.save()
		self.assertEqual(["identity_number"], frappe.get_all("C4S Change", {"document": customer.name}, pluck="changed_fields"))

	def test_numbers_from_before_are_sealed_by_the_patch(self):
		customer = make_customer(identity_document_type="Passport", identity_number="E12345678")
		frappe.db.set_value("C4S Customer", customer.name, {"identity_number": "E12345678", "sealed_identity_number": None, "identity_key": None})
		with patch.object(frappe.db, "commit"):
			seal_document_numbers.execute()
			seal_document_numbers.execute()
		customer.reload()
		self.assertEqual(("E******78", "E12345678"), (customer.identity_number, number_of(customer)))

	def test_nobody_reads_the_number_in_a_list(self):
		make_dealership("T-EAST")
		customer = make_customer(store="T-EAST", identity_document_type="Passport", identity_number="E12345678")
		for role in ("Sales Consultant", "Receptionist", "Data Analyst", "Administrator"):
			with self.subTest(role), as_user(make_user(role, ["T-EAST"])):
				row = frappe.get_list("C4S Customer", {"name": customer.name}, ["*"])[0]
				self.assertEqual("E******78", row.masked_identity_number)
				self.assertNotIn("E12345678", row.values())
				self.assertFalse({"sealed_identity_number", "identity_key"} & row.keys())

	def test_somebody_who_may_not_see_the_number_does_not_wipe_it_out_by_saving(self):
		make_dealership("T-EAST")
		customer = make_customer(store="T-EAST", identity_document_type="Passport", identity_number="E12345678")
		with as_user(make_user("Receptionist", ["T-EAST"])):
			seen = frappe.get_doc("C4S Customer", customer.name)
			seen.apply_fieldlevel_read_permissions()
			seen.city = "苏州市"
			seen.save()
		customer.reload()
		self.assertEqual(("苏州市", "E12345678", "E******78"), (customer.city, number_of(customer), customer.masked_identity_number))


class TestBirthday(CustomerTestCase):
	def test_a_lunar_birthday_gives_its_day_and_chinese_words(self):
		customer = make_customer(
			birthday_calendar="Lunar", lunar_birth_year=1984, lunar_birth_month=10, lunar_birth_day=1, lunar_birth_leap=1
		)
		self.assertEqual(("1984-11-23", "闰十月初一"), (str(customer.birthday), customer.lunar_birthday_text))

	def test_a_lunar_birthday_without_its_year_has_no_solar_day(self):
		customer = make_customer(birthday_calendar="Lunar", lunar_birth_month=1, lunar_birth_day=30, birthday="1990-01-01")
		self.assertEqual((None, "正月三十"), (customer.birthday, customer.lunar_birthday_text))

	def test_a_lunar_day_that_does_not_exist_is_refused(self):
		with self.assertRaisesRegex(InvalidIdentifierError, "Lunar year 1985 has no leap month"):
			make_customer(
				birthday_calendar="Lunar", lunar_birth_year=1985, lunar_birth_month=10, lunar_birth_day=1, lunar_birth_leap=1
			)
		with self.assertRaisesRegex(frappe.ValidationError, "needs Lunar Month and Lunar Day"):
			make_customer(birthday_calendar="Lunar", lunar_birth_month=10)

	def test_a_customer_who_celebrates_by_the_solar_calendar_keeps_no_lunar_day(self):
		customer = make_customer(birthday_calendar="Solar", birthday="1990-01-01", lunar_birth_month=3, lunar_birth_day=3)
		self.assertEqual((0, 0, None), (customer.lunar_birth_month, customer.lunar_birth_day, customer.lunar_birthday_text))

	def test_nobody_is_born_in_the_future(self):
		with self.assertRaisesRegex(frappe.ValidationError, "lies in the future"):
			make_customer(birthday=frappe.utils.add_days(frappe.utils.nowdate(), 1))


class TestOrganisation(CustomerTestCase):
	def test_an_agreement_ends_after_it_begins(self):
		with self.assertRaisesRegex(frappe.ValidationError, "must not lie before Agreement Valid From"):
			make_customer(customer_kind="Company", agreement_valid_from="2026-02-01", agreement_valid_until="2026-01-31")

	def test_a_discount_is_a_share(self):
		with self.assertRaisesRegex(frappe.ValidationError, "between 0 and 100 percent"):
			make_customer(customer_kind="Company", agreement_discount_percent=120)

	def test_contacts_have_phones_in_one_form(self):
		customer = make_customer(
			customer_kind="Company", customer_name="沪东物流有限公司",
			organisation_contacts=[{"contact_name": "陈 静", "phone": "138 0013 8000", "is_decision_maker": 1}],
		)
		self.assertEqual(("陈静", "+8613800138000"), (customer.organisation_contacts[0].contact_name, customer.organisation_contacts[0].phone))


class TestDerivedFields(CustomerTestCase):
	def test_what_the_nightly_job_writes_is_not_written_by_a_form_or_a_caller(self):
		customer = make_customer(spending_level="High", service_count=9)
		self.assertEqual((None, 0), (customer.spending_level, customer.service_count or 0))
		frappe.db.set_value("C4S Customer", customer.name, {"spending_level": "Middle", "service_count": 3}, update_modified=False)
		customer.update({"spending_level": "Low", "service_count": 0, "city": "苏州市"})
		customer.save()
		customer.reload()
		self.assertEqual(("Middle", 3), (customer.spending_level, customer.service_count))

	def test_completeness_grows_with_what_is_known(self):
		customer = make_customer(city=None)
		self.assertEqual(10, customer.completeness_percent)
		customer.append("phones", {"phone": "13800138000", "is_verified": 1})
		customer.save()
		self.assertEqual(40, customer.completeness_percent)

	def test_a_customer_is_not_his_own_relation(self):
		customer = make_customer()
		customer.append("relations", {"related_customer": customer.name, "relation": "Spouse"})
		with self.assertRaisesRegex(frappe.ValidationError, "Row 1 of the relations names the customer"):
			customer.save()


class TestStoresSeeTheirCustomers(CustomerTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")
		self.east = make_user("Sales Consultant", ["T-EAST"])
		self.west = make_user("Sales Consultant", ["T-WEST"])
		with as_user(self.east):
			self.customer = make_customer("13800138000", customer_name="欧阳建国")

	def test_who_enters_a_customer_sees_the_customer_through_the_own_store(self):
		relationship = frappe.get_doc("C4S Store Relationship", {"customer": self.customer.name})
		self.assertEqual(("T-EAST", self.east), (relationship.dealership, relationship.taken_up_by))
		with as_user(self.east):
			self.assertTrue(frappe.get_doc("C4S Customer", self.customer.name).has_permission("write"))

	def test_a_list_holds_the_customers_of_the_own_store(self):
		for user, expected in ((self.east, [self.customer.name]), (self.west, []), (make_user("Sales Consultant"), [])):
			with as_user(user):
				self.assertEqual(expected, frappe.get_list("C4S Customer", {"name": self.customer.name}, pluck="name"))

	def test_a_document_of_another_store_is_refused(self):
		with as_user(self.west):
			for ptype in ("read", "write", "print"):
				self.assertFalse(frappe.has_permission("C4S Customer", ptype, self.customer.name))
			with self.assertRaises(frappe.PermissionError):
				client_get("C4S Customer", self.customer.name)

	def test_a_link_field_offers_the_customers_of_the_own_store(self):
		for user, expected in ((self.east, [self.customer.name]), (self.west, [])):
			with as_user(user):
				# The 2023 source puts the answer into the response instead of returning it.
				found = search_link("C4S Customer", "欧阳建国") or frappe.response.get("results") or []
				self.assertEqual(expected, [row["value"] for row in found])

	def test_the_report_view_holds_the_customers_of_the_own_store(self):
		for user, expected in ((self.east, [["欧阳建国"]]), (self.west, [])):
			with as_user(user):
				frappe.local.form_dict = frappe._dict(
					doctype="C4S Customer",
					fields=json.dumps(["`tabC4S Customer`.`customer_name`"]),
					filters=json.dumps([["C4S Customer", "name", "=", self.customer.name]]),
				)
				self.assertEqual(expected, (report_view() or {}).get("values", []))

	def test_whoever_works_for_the_whole_group_sees_all(self):
		with as_user(make_user("Group Manager")):
			self.assertEqual([self.customer.name], frappe.get_list("C4S Customer", {"name": self.customer.name}, pluck="name"))

	def test_roles_without_need_see_no_customer_list(self):
		for role in ("Auditor", "Portal Customer"):
			with self.subTest(role), as_user(make_user(role, ["T-EAST"])):
				self.assertFalse(frappe.has_permission("C4S Customer", "read"))
				with self.assertRaises(frappe.PermissionError):
					frappe.get_list("C4S Customer")
		with as_user(make_user("Technician", ["T-EAST"])):
			rows = frappe.get_list("C4S Customer", {"name": self.customer.name}, ["customer_name", "masked_phone", "primary_phone"])
			self.assertEqual([{"customer_name": "欧阳建国", "masked_phone": "138****8000"}], rows)

	def test_an_analyst_reads_masked_phones_only(self):
		with as_user(make_user("Data Analyst", ["T-EAST"])):
			row = frappe.get_list("C4S Customer", {"name": self.customer.name}, ["primary_phone", "masked_phone"])[0]
			self.assertEqual({"masked_phone": "138****8000"}, row)

	def test_a_user_of_several_stores_says_which_store_takes_up_the_customer(self):
		user = make_user("Sales Manager", ["T-EAST"])
		frappe.get_doc({"doctype": "User Permission", "user": user, "allow": "C4S Dealership", "for_value": "T-WEST"}).insert()
		frappe.db.set_value("User Permission", {"user": user}, "is_default", 0)
		frappe.cache.hdel("user_permissions", user)
		with as_user(user):
			with self.assertRaisesRegex(frappe.ValidationError, "You work for several stores"):
				make_customer()
			customer = make_customer(store="T-WEST")
		self.assertEqual(["T-WEST"], frappe.get_all("C4S Store Relationship", {"customer": customer.name}, pluck="dealership"))

	def test_nobody_enters_a_customer_for_a_store_of_others(self):
		with as_user(self.east), self.assertRaisesRegex(frappe.PermissionError, "You do not work for store"):
			make_customer(store="T-WEST")
		with as_user(make_user("Sales Consultant")), self.assertRaises(frappe.PermissionError):
			make_customer()

	def test_a_relation_does_not_reveal_a_customer_of_another_store(self):
		with as_user(self.west), self.assertRaisesRegex(frappe.PermissionError, "is not a customer of your store"):
			make_customer(relations=[{"related_customer": self.customer.name, "relation": "Spouse"}])

	def test_the_relationships_go_with_the_customer(self):
		frappe.delete_doc("C4S Customer", self.customer.name)
		self.assertFalse(frappe.db.exists("C4S Store Relationship", {"customer": self.customer.name}))
