import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_legal_hold.c4s_legal_hold import release
from crm4s.privacy import holds
from crm4s.tests.people import as_user, make_user

test_ignore = ["User", "DocType"]
HOLD = "C4S Legal Hold"


def make_hold(**overrides):
	return frappe.get_doc({"doctype": HOLD, "reason": "诉讼未结", **overrides}).insert()


class TestC4SLegalHold(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("HOLD-1").name
		self.customer = make_customer(store=self.store).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_it_names_what_is_held(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Name the customer, the vehicle or the document"):
			make_hold()

	def test_it_does_not_end_before_it_begins(self):
		with self.assertRaisesRegex(frappe.ValidationError, "must not lie in the past"):
			make_hold(customer=self.customer, held_until=add_days(nowdate(), -1))

	def test_it_holds_until_its_day_or_its_release(self):
		hold = make_hold(customer=self.customer, held_until=nowdate())
		self.assertEqual([hold.name], [row.name for row in holds.on_person(self.customer, {})])
		frappe.db.set_value(HOLD, hold.name, "held_until", add_days(nowdate(), -1))
		self.assertEqual([], holds.on_person(self.customer, {}))
		other = make_hold(customer=self.customer)
		release(other.name)
		self.assertEqual([], holds.on_person(self.customer, {}))
		self.assertEqual("Administrator", frappe.db.get_value(HOLD, other.name, "released_by"))

	def test_it_is_neither_deleted_nor_released_by_the_form(self):
		hold = make_hold(customer=self.customer)
		with self.assertRaisesRegex(frappe.ValidationError, "released, not deleted"):
			frappe.delete_doc(HOLD, hold.name)
		hold.update({"released_on": "2026-01-01 00:00:00"}).save()
		self.assertIsNone(frappe.db.get_value(HOLD, hold.name, "released_on"))

	def test_only_officers_place_one_and_only_for_customers_they_see(self):
		elsewhere = make_customer(store=make_dealership("HOLD-2").name).name
		with as_user(make_user("CRM Manager", [self.store])), self.assertRaises(frappe.PermissionError):
			make_hold(customer=self.customer)
		with as_user(make_user("Group Manager", [self.store])):
			hold = make_hold(customer=self.customer)
			self.assertEqual([hold.name], frappe.get_list(HOLD, {"customer": self.customer}, pluck="name"))
			with self.assertRaises(frappe.PermissionError):
				make_hold(customer=elsewhere)

	def test_holds_of_other_stores_are_not_everybodys_to_know(self):
		hold = make_hold(customer=self.customer)
		with as_user(make_user("Group Manager", [make_dealership("HOLD-2").name])):
			self.assertNotIn(hold.name, frappe.get_list(HOLD, pluck="name"))
			self.assertFalse(frappe.has_permission(HOLD, "read", hold.name))
			with self.assertRaises(frappe.PermissionError):
				release(hold.name)
