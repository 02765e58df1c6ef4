import frappe

from crm4s.merging.rules import MERGE
from crm4s.merging.tests.test_merge import MergeTestCase, merged
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SMerge(MergeTestCase):
	def test_nobody_enters_a_merge_by_hand(self):
		row = {"doctype": MERGE, "customer": self.remaining.name, "merged_customer": self.closing.name, "reason": "same"}
		with self.assertRaises(frappe.ValidationError) as caught:
			frappe.get_doc(row).insert()
		self.assertEqual("Customers are merged in the comparison of two files, not by entering a merge.", str(caught.exception))

	def test_a_merge_is_not_deleted(self):
		name = merged(self.remaining.name, self.closing.name)
		self.assertRaises(frappe.ValidationError, frappe.delete_doc, MERGE, name)

	def test_it_is_seen_by_managers_of_stores_that_know_the_customer(self):
		name = merged(self.remaining.name, self.closing.name)
		for store, seen in ((self.store, [name]), (self.other_store, [])):
			with as_user(make_user("CRM Manager", [store])):
				self.assertEqual(seen, frappe.get_list(MERGE, {"name": name}, pluck="name"))
				self.assertEqual(bool(seen), bool(frappe.has_permission(MERGE, "read", doc=name)))
