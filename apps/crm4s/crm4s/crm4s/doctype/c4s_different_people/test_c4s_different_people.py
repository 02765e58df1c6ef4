import frappe

from crm4s.crm4s.doctype.c4s_different_people.c4s_different_people import DIFFERENT
from crm4s.merging import twins
from crm4s.merging.tests.test_merge import RELATIONSHIP, MergeTestCase
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SDifferentPeople(MergeTestCase):
	def test_a_pair_is_one_whichever_comes_first(self):
		twins.set_apart(self.closing.name, self.remaining.name)
		twins.set_apart(self.remaining.name, self.closing.name)
		self.assertEqual(1, frappe.db.count(DIFFERENT, {"first": self.remaining.name, "second": self.closing.name}))

	def test_only_who_sees_both_sees_it(self):
		twins.set_apart(self.closing.name, self.remaining.name)
		frappe.get_doc({"doctype": RELATIONSHIP, "customer": self.closing.name, "dealership": self.other_store}).insert()
		for store, count in ((self.store, 1), (self.other_store, 0)):
			with as_user(make_user("CRM Manager", [store])):
				self.assertEqual(count, len(frappe.get_list(DIFFERENT, {"first": self.remaining.name})))

	def test_a_customer_is_not_different_from_itself(self):
		self.assertRaises(frappe.ValidationError, twins.set_apart, self.closing.name, self.closing.name)
