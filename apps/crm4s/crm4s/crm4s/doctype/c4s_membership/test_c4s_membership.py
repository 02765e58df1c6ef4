import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.membership.ledger import ADJUST, Posting, post
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_member(customer: str | None = None, points: int = 0, **overrides):
	"""A saved membership that began a year ago, with points that do not expire."""
	values = {"doctype": "C4S Membership", "customer": customer or make_customer().name, "since": add_days(nowdate(), -365), **overrides}
	member = frappe.get_doc(values).insert()
	if points:
		post([Posting(member.name, ADJUST, f"test|{frappe.generate_hash()}", points)])
	member.reload()
	return member


class TestMembership(FrappeTestCase):
	def setUp(self):
		self.own, self.other = make_dealership("MEMBER-1").name, make_dealership("MEMBER-2").name
		self.customer = make_customer(store=self.own).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_customer_is_a_member_once(self):
		make_member(self.customer)
		with self.assertRaises(frappe.UniqueValidationError):
			make_member(self.customer)

	def test_nobody_writes_points_or_tier_by_hand(self):
		member = make_member(self.customer, 100, balance=5000, tier=None, debt=3)
		member.update({"balance": 900_000, "lots": "[]", "remark": "常客"}).save()
		self.assertEqual((100, 0, "常客"), tuple(frappe.db.get_value("C4S Membership", member.name, ["balance", "debt", "remark"])))

	def test_points_that_came_while_the_form_was_open_are_not_lost(self):
		member = make_member(self.customer, 100)
		post([Posting(member.name, ADJUST, f"test|{frappe.generate_hash()}", 50)])
		member.modified = frappe.db.get_value("C4S Membership", member.name, "modified")
		member.save()
		self.assertEqual(150, frappe.db.get_value("C4S Membership", member.name, "balance"))

	def test_it_does_not_begin_in_the_future_and_is_not_deleted_with_entries(self):
		with self.assertRaisesRegex(frappe.ValidationError, "does not begin in the future"):
			make_member(self.customer, since=add_days(nowdate(), 1))
		member = make_member(self.customer, 1)
		with self.assertRaisesRegex(frappe.ValidationError, "is ended, not deleted"):
			member.delete()

	def test_only_who_may_give_points_lets_it_begin_earlier(self):
		with as_user(make_user("Receptionist", [self.own])):
			with self.assertRaisesRegex(frappe.PermissionError, "Only who may give points"):
				make_member(self.customer)
			member = make_member(self.customer, since=nowdate())
			member.update({"remark": "常客"}).save()
			with self.assertRaises(frappe.PermissionError):
				member.update({"since": "2020-01-01"}).save()

	def test_a_store_sees_the_members_and_entries_of_its_own_customers_only(self):
		own = make_member(self.customer, 10)
		other = make_member(make_customer(store=self.other).name, 10)
		with as_user(make_user("CRM Manager", [self.own])):
			for doctype in ("C4S Membership", "C4S Points Entry"):
				key = "name" if doctype == "C4S Membership" else "membership"
				self.assertEqual([own.name], frappe.get_list(doctype, {key: ["in", [own.name, other.name]]}, pluck=key), doctype)
			self.assertTrue(own.has_permission("write"))
			self.assertFalse(other.has_permission("read"))
			entry = frappe.get_last_doc("C4S Points Entry", {"membership": other.name})
			self.assertFalse(entry.has_permission("read"))
			with self.assertRaises(frappe.PermissionError):
				make_member(make_customer(store=self.other).name)
