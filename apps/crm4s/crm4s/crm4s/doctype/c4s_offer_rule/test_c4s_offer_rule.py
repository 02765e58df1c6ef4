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

	def setUp(self):
		# Who works for the only store there is sees all of them.
		make_dealership("OFFER-2")

	def test_who_sees_all_stores_reads_rules_and_nobody_writes_them(self):
		values = {"if_kind": "Service Item", "if_item": "OFFER-TYRES", "then_kind": "Service Item", "then_item": "OFFER-ALIGNMENT"}
		rule = frappe.get_doc({"doctype": OFFER_RULE, **values}).insert().name
		with as_user(make_user("Group Manager")):
			self.assertEqual([True, False], [bool(frappe.has_permission(OFFER_RULE, right, doc=rule)) for right in ("read", "write")])
			self.assertIn(rule, frappe.get_list(OFFER_RULE, {"if_item": "OFFER-TYRES"}, pluck="name"))
		for role in ("CRM Manager", "Receptionist"):
			with as_user(make_user(role, [make_dealership("OFFER-1").name])):
				self.assertFalse(frappe.has_permission(OFFER_RULE, "read", doc=rule))

	def test_counts_of_the_group_are_not_listed_to_a_store(self):
		frappe.get_doc({"doctype": OFFER_RULE, "if_kind": "Accessory", "if_item": "OFFER-MATS", "then_kind": "Accessory", "then_item": "OFFER-HOOK"}).insert()
		with as_user(make_user("CRM Manager", [make_dealership("OFFER-1").name])):
			self.assertEqual([], frappe.get_list(OFFER_RULE, pluck="name"))
