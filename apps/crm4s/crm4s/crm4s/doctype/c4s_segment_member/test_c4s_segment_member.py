import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_segment.test_c4s_segment import SegmentTestCase, make_segment
from crm4s.segments import members
from crm4s.tests.people import as_user

test_ignore = ["User"]


class TestC4SSegmentMember(SegmentTestCase):
	def test_members_are_not_entered_by_hand(self):
		segment = make_segment(kind="List")
		with self.assertRaisesRegex(frappe.ValidationError, "come into a segment by its conditions"):
			frappe.get_doc({"doctype": "C4S Segment Member", "segment": segment.name, "customer": make_customer().name}).insert()

	def test_a_store_sees_its_own_customers_in_segments_that_it_sees(self):
		mine, theirs = make_customer(store=self.own).name, make_customer(store=self.other).name
		group, other = make_segment(kind="List").name, make_segment(kind="List", dealership=self.other).name
		members.add(group, [mine, theirs])
		members.add(other, [mine, theirs])
		with as_user(self.manager):
			rows = frappe.get_list("C4S Segment Member", {"segment": ["in", [group, other]]}, ["name", "segment", "customer"])
			self.assertEqual([(group, mine)], [(row.segment, row.customer) for row in rows])
			for row in frappe.get_all("C4S Segment Member", {"segment": ["in", [group, other]]}, ["name", "segment", "customer"]):
				seen = frappe.has_permission("C4S Segment Member", "read", doc=row.name)
				self.assertEqual((row.segment, row.customer) == (group, mine), bool(seen))

	def test_a_customer_can_be_deleted_who_is_in_a_segment(self):
		customer = make_customer().name
		segment = make_segment(kind="List").name
		members.add(segment, [customer])
		frappe.delete_doc("C4S Customer", customer)
		self.assertFalse(frappe.db.exists("C4S Segment Member", {"customer": customer}))
