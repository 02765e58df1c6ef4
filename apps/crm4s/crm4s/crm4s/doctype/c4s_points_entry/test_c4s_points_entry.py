import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.exceptions import AppendOnlyError


class TestPointsEntry(FrappeTestCase):
	def setUp(self):
		self.member = make_member(points=10)

	def tearDown(self):
		frappe.db.rollback()

	def test_nobody_enters_a_row_by_hand(self):
		row = {"membership": self.member.name, "customer": self.member.customer, "entry_kind": "Earn", "points": 5, "posted_on": "2026-01-01", "source_key": "x"}
		with self.assertRaisesRegex(frappe.ValidationError, "not by entering a row of the ledger"):
			frappe.get_doc({"doctype": "C4S Points Entry", **row}).insert()

	def test_a_row_is_neither_changed_nor_deleted(self):
		entry = frappe.get_last_doc("C4S Points Entry", {"membership": self.member.name})
		with self.assertRaises(AppendOnlyError):
			entry.update({"points": 1000}).save()
		with self.assertRaises(AppendOnlyError):
			entry.delete()
