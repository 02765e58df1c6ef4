import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.segments import members
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_segment(*filters, dealership: str | None = None, **overrides):
	"""A saved segment; a condition is a tuple of about, field, operator, value, and what else stands in its row."""
	rows = [
		{"about": about, "fieldname": fieldname, "operator": operator, "value": value, **(more[0] if more else {})}
		for about, fieldname, operator, value, *more in filters
	]
	values = {"doctype": "C4S Segment", "segment_name": f"Test {frappe.generate_hash(length=6)}", "dealership": dealership, "filters": rows}
	return frappe.get_doc({**values, **overrides}).insert()


class SegmentTestCase(FrappeTestCase):
	"""Two stores, and who manages customers in the first one."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.own, cls.other = make_dealership("SEGMENT-1").name, make_dealership("SEGMENT-2").name
		cls.manager = make_user("CRM Manager", [cls.own])

	def tearDown(self):
		frappe.set_user("Administrator")


class TestC4SSegment(SegmentTestCase):
	def refused(self, sentence: str, error=frappe.ValidationError):
		return self.assertRaisesRegex(error, sentence)

	def test_a_condition_names_a_field_that_is_there_and_a_value_of_it(self):
		for condition, sentence in (
			(("Customer", "shoe_size", "=", "43"), "has no field shoe_size"),
			(("Value", "service_count", ">", "many"), "many is no value of"),
			(("Customer", "city", "=", ""), "needs a value"),
			(("Behaviour", "steps_walked", ">", "3"), "is nothing that is counted"),
			(("Behaviour", "workshop_visits", ">", "often"), "often is no value of Workshop Visits"),
			(("Behaviour", "membership_tier", ">", "Gold"), "equal or not, but not more"),
			(("Behaviour", "owner_club", "=", "nowhere"), "nowhere is no value of Owner Club"),
		):
			with self.subTest(sentence), self.refused(sentence):
				make_segment(condition)

	def test_what_only_some_may_read_is_not_asked_for(self):
		with self.refused("is shown to some only"):
			make_segment(("Customer", "primary_phone", "=", "+8613800000000"))

	def test_a_list_has_no_conditions(self):
		self.assertEqual([], make_segment(("Customer", "city", "=", "上海"), kind="List").filters)

	def test_nobody_writes_the_counts_by_hand_and_new_conditions_wait_for_a_refresh(self):
		segment = make_segment(("Customer", "city", "=", "上海"), size=70)
		self.assertFalse(segment.size)
		members.refresh(segment.name)
		segment.reload()
		self.assertTrue(segment.refreshed_on)
		segment.size = 70
		segment.save()
		self.assertTrue(segment.refreshed_on)
		self.assertFalse(segment.size)
		segment.filters[0].value = "北京"
		segment.save()
		self.assertIsNone(segment.refreshed_on)

	def test_a_stores_segment_is_the_stores_and_the_groups_are_written_by_the_group(self):
		group = make_segment(("Customer", "city", "=", "上海"))
		other = make_segment(("Customer", "city", "=", "上海"), dealership=self.other)
		with as_user(self.manager):
			own = make_segment(("Customer", "city", "=", "上海"))
			self.assertEqual(self.own, own.dealership)
			seen = frappe.get_list("C4S Segment", {"name": ["in", [own.name, other.name, group.name]]}, pluck="name", order_by="name")
			self.assertEqual(sorted([own.name, group.name]), sorted(seen))
			rows = frappe.get_list("C4S Segment Filter", {"parent": ["in", [own.name, other.name]]}, pluck="parent", parent_doctype="C4S Segment")
			self.assertEqual([own.name], rows)
			self.assertTrue(group.has_permission("read"))
			for document, rights in ((group, ("write", "delete")), (other, ("read", "write", "delete"))):
				for right in rights:
					self.assertFalse(frappe.has_permission("C4S Segment", right, doc=document.name), right)
			with self.assertRaises(frappe.PermissionError):
				make_segment(dealership=self.other)
			own.dealership = None
			with self.assertRaises(frappe.PermissionError):
				own.save()

	def test_a_store_reads_the_segments_of_the_regions_above_it_and_whose_node_it_is_writes_it(self):
		region = make_dealership("SEGMENT-REGION", node_kind="Region").name
		below = make_dealership("SEGMENT-BELOW", parent=region).name
		segment = make_segment(dealership=region)
		for stores, may_read, may_write in (([below], True, False), ([region], True, True), ([self.own], False, False)):
			with self.subTest(stores), as_user(make_user("CRM Manager", stores)):
				self.assertEqual(may_read, bool(frappe.get_list("C4S Segment", {"name": segment.name})))
				rights = [bool(frappe.has_permission("C4S Segment", right, doc=segment.name)) for right in ("read", "write")]
				self.assertEqual([may_read, may_write], rights)

	def test_a_segment_takes_its_members_along(self):
		segment = make_segment(kind="List")
		members.add(segment.name, [make_customer().name])
		segment.delete()
		self.assertFalse(frappe.db.exists("C4S Segment Member", {"segment": segment.name}))
