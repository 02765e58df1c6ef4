import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule import OFFER_RULE
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SOfferRule(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_managers_read_rules_and_nobody_writes_them(self):
		values = {"if_kind": "Service Item", "if_item": "OFFER-TYRES", "then_kind": "Service Item", "then_item": "OFFER-ALIGNMENT"}
		rule = frappe.get_doc({"doctype": OFFER_RULE, **values}).insert().name
		with as_user(make_user("CRM Manager", [make_dealership("OFFER-1").name])):
			self.assertEqual([True, False], [bool(frappe.has_permission(OFFER_RULE, right, doc=rule)) for right in ("read", "write")])
		with as_user(make_user("Receptionist", [make_dealership("OFFER-1").name])):
			self.assertFalse(frappe.has_permission(OFFER_RULE, "read", doc=rule))
