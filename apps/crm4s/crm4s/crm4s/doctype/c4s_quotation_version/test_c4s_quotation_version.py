import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import fresh, make_deal
from crm4s.exceptions import AppendOnlyError
from crm4s.tests.people import as_user, make_user


class TestC4SQuotationVersion(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_quotation_is_neither_changed_nor_deleted(self):
		version = frappe.get_doc("C4S Quotation Version", actions.quote(make_deal().name))
		version.total_amount = 1
		self.assertRaises(AppendOnlyError, version.save)
		self.assertRaises(AppendOnlyError, fresh(version).delete)

	def test_a_number_stands_once_in_a_deal(self):
		version = frappe.get_doc("C4S Quotation Version", actions.quote(make_deal().name))
		twin = frappe.copy_doc(version)
		self.assertRaises(frappe.UniqueValidationError, twin.insert)

	def test_nobody_writes_one_by_hand(self):
		deal = make_deal()
		with as_user(make_user("Sales Consultant", [deal.dealership])):
			self.assertFalse(frappe.has_permission("C4S Quotation Version", "create"))
			self.assertTrue(frappe.has_permission("C4S Quotation Version", "print"))
