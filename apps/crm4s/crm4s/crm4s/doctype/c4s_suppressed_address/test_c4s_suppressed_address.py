import hashlib

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.exceptions import InvalidIdentifierError
from crm4s.messages.suppression import suppress, suppressed
from crm4s.patches import key_suppressed_addresses
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
PHONE = "+8613800138777"


def make_suppressed(address: str = PHONE, **overrides):
	return frappe.get_doc({"doctype": "C4S Suppressed Address", "address": address, **overrides}).insert()


class TestC4SSuppressedAddress(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_the_address_itself_is_not_kept(self):
		row = make_suppressed("138 0013 8777")
		row.reload()
		self.assertEqual((None, "138****8777"), (row.address, row.masked_address))
		self.assertNotIn("13800138777", frappe.as_json(row.as_dict()))
		self.assertEqual("l***@e******.com", make_suppressed(" Lynn@Example.com ").masked_address)

	def test_it_holds_for_its_channel_or_for_all(self):
		make_suppressed(channel_kind="SMS")
		make_suppressed("li@example.com")
		pairs = {("SMS", PHONE), ("Desk Task", PHONE), ("E-Mail", "li@example.com"), ("E-Mail", "wang@example.com")}
		self.assertEqual({("SMS", PHONE), ("E-Mail", "li@example.com")}, suppressed(pairs))
		self.assertEqual(set(), suppressed(set()))

	def test_who_has_the_list_alone_cannot_try_out_numbers(self):
		row = make_suppressed(channel_kind="SMS")
		self.assertNotEqual(hashlib.sha256(f"SMS\n{PHONE}".encode()).hexdigest(), row.address_key)

	def test_a_digest_of_an_earlier_version_gets_the_key(self):
		row = make_suppressed(channel_kind="SMS")
		row.db_set("address_key", hashlib.sha256(f"SMS\n{PHONE}".encode()).hexdigest())
		self.assertEqual(set(), suppressed({("SMS", PHONE)}))
		for _time in range(2):
			key_suppressed_addresses.execute()
			self.assertEqual({("SMS", PHONE)}, suppressed({("SMS", PHONE)}))

	def test_an_address_stands_once(self):
		make_suppressed()
		with self.assertRaisesRegex(frappe.UniqueValidationError, "138.*8777 is on the list already"):
			make_suppressed("13800138777")
		suppress(PHONE, "All Channels", "Reply")
		self.assertEqual(1, frappe.db.count("C4S Suppressed Address", {"masked_address": "138****8777"}))

	def test_what_is_no_address_is_refused(self):
		for wrong, error in ((" ", frappe.MandatoryError), ("12345", InvalidIdentifierError)):
			with self.subTest(wrong), self.assertRaises(error):
				make_suppressed(wrong)

	def test_only_managers_take_an_address_off_the_list(self):
		name = make_suppressed().name
		for role, may_delete in (("CRM Specialist", False), ("CRM Manager", True)):
			with as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Suppressed Address", "create"))
				self.assertEqual(may_delete, frappe.has_permission("C4S Suppressed Address", "delete", doc=name))

	def test_it_does_not_become_another_address(self):
		row = make_suppressed(channel_kind="SMS")
		row.update({"address": "13800138778", "address_key": "x", "channel_kind": "E-Mail", "remark": "来电要求"}).save()
		row.reload()
		self.assertEqual((None, "SMS", "来电要求"), (row.address, row.channel_kind, row.remark))
		self.assertEqual({("SMS", PHONE)}, suppressed({("SMS", PHONE)}))
