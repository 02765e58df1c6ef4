"""A customer under a new number who has the verified phone of somebody whom we know."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_integration_user
from crm4s.dms.intake.tests.test_push import CUSTOMER, RECORD, PushTestCase
from crm4s.intake.tests.factories import OTHER_STORE, STORE

PHONE = "13911112222"
RELATIONSHIP = "C4S Store Relationship"


class TestSamePerson(PushTestCase):
	def setUp(self):
		super().setUp()
		self.known = self.ours(store=STORE)

	def ours(self, store: str) -> str:
		return make_customer(customer_name="张伟", store=store, phones=[{"phone": PHONE, "kind": "Mobile", "is_primary": 1, "is_verified": 1}]).name

	def sent(self, **values) -> dict:
		phone = {"phone": values.pop("phone", PHONE), "is_verified": True, **values.pop("of_phone", {})}
		return self.customer(phones=[phone], **values)

	def test_who_has_the_same_phone_and_name_is_the_same(self):
		result = self.one("customer", **self.sent(customer_name=" 张伟 ", phone="+86 139 1111 2222", city="杭州市"))
		self.assertEqual(("updated", self.known), (result["state"], result["name"]))
		self.assertEqual("杭州市", frappe.db.get_value(CUSTOMER, self.known, "city"))
		self.assertEqual(self.known, frappe.db.get_value(RECORD, {"link": self.link.name, "external_id": "K1"}, "document"))
		self.assertEqual("unchanged", self.one("customer", **self.sent(city="杭州市"))["state"])

	def test_another_name_is_refused_in_a_sentence_that_names_both(self):
		result = self.one("customer", **self.sent(customer_name="李小梅"))
		self.assertEqual((("other_customer", "phones"),), self.refused(result))
		sentence = result["errors"][0]["message"]
		for word in ("张*", self.known, "李*"):
			self.assertIn(word, sentence)
		for secret in (PHONE, "张伟", "李小梅"):
			self.assertNotIn(secret, sentence)

	def test_a_number_that_is_shared_or_not_verified_says_nothing_about_the_person(self):
		for number, of_phone in enumerate(({"is_verified": False}, {"is_shared": True})):
			self.assertEqual("created", self.one("customer", **self.sent(external_id=f"K{number}", of_phone=of_phone))["state"])

	def test_whom_we_know_under_the_number_does_not_become_somebody_else(self):
		self.push("customer", self.sent(customer_name="李小梅", phone="13933334444"))
		result = self.one("customer", **self.sent(customer_name="张伟"))
		self.assertEqual((("other_customer", "phones"),), self.refused(result))

	def test_a_customer_of_another_store_is_taken_up_with_a_reason(self):
		frappe.db.set_value(RELATIONSHIP, {"customer": self.known}, "dealership", OTHER_STORE)
		self.use_link(user=make_integration_user([STORE]))
		self.assertEqual(self.known, self.one("customer", **self.sent())["name"])
		reason = frappe.db.get_value(RELATIONSHIP, {"customer": self.known, "dealership": STORE}, "reason")
		self.assertIn(self.link.name, reason)
