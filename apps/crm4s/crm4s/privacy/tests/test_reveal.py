import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.exceptions import TooManyLookupsError
from crm4s.privacy import audit
from crm4s.privacy.reveal import reveal, tell_desk
from crm4s.tests.people import as_user, make_user

CUSTOMER, NUMBER = "C4S Customer", "E12345678"


class TestReveal(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")
		self.customer = make_customer("13800138481", store="T-EAST", identity_document_type="Passport", identity_number=NUMBER).name
		self.receptionist = make_user("Receptionist", ["T-EAST"])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def reveal(self, user: str, fieldname: str = "identity_number", reason: str = "代办上牌") -> str:
		with as_user(user):
			return reveal(CUSTOMER, self.customer, fieldname, reason)

	def noted(self) -> list[dict]:
		return frappe.get_all(audit.ACCESS_LOG, {"action": "Revealed", "customer": self.customer}, ["user", "field_label", "reason", "document"])

	def test_who_works_on_the_document_sees_the_number_and_is_noted(self):
		self.assertEqual(NUMBER, self.reveal(self.receptionist))
		self.assertEqual(
			[{"user": self.receptionist, "field_label": "Document Number", "reason": "代办上牌", "document": self.customer}], self.noted()
		)

	def test_who_only_reads_or_works_elsewhere_is_refused_and_sees_nothing(self):
		for role, store in (("Data Analyst", "T-EAST"), ("Workshop Manager", "T-EAST"), ("Market Researcher", "T-EAST"), ("Receptionist", "T-WEST")):
			with self.subTest(role=role, store=store), self.assertRaises(frappe.PermissionError):
				self.reveal(make_user(role, [store]))
		self.assertEqual([], self.noted())

	def test_a_reason_is_needed(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Say in Reason"):
			self.reveal(self.receptionist, reason=" ")

	def test_only_masked_fields_are_revealed(self):
		for fieldname in ("unique_phone", "sealed_identity_number", "identity_key", "customer_name", "value_class", "no_field"):
			with self.subTest(fieldname), self.assertRaisesRegex(frappe.PermissionError, "not shown in full"):
				self.reveal(self.receptionist, fieldname)

	def test_so_many_within_an_hour(self):
		change_settings(reveals_per_hour=1)
		self.reveal(self.receptionist)
		with self.assertRaisesRegex(TooManyLookupsError, "You showed 1 numbers in full within an hour; 1 are allowed"):
			self.reveal(self.receptionist)
		self.assertEqual(NUMBER, self.reveal(make_user("Receptionist", ["T-EAST"])))

	def test_the_desk_is_told_which_fields_those_are(self):
		boot = frappe._dict()
		tell_desk(boot)
		self.assertEqual([["primary_phone", "masked_phone"], ["address_line", "masked_address_line"], ["identity_number", "masked_identity_number"]], boot.c4s_revealed[CUSTOMER])
		self.assertEqual([["phone", "masked_phone"]], boot.c4s_revealed["C4S Lead"])
