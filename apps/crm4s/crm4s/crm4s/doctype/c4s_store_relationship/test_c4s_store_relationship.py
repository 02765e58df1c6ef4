import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.access.customers import take_up
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user


def make_relationship(customer: str, dealership: str, **overrides):
	"""A saved relationship between a customer and a store."""
	values = {"doctype": "C4S Store Relationship", "customer": customer, "dealership": dealership}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4SStoreRelationship(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_has_one_relationship_with_a_customer(self):
		customer = make_customer(store="T-EAST")
		with self.assertRaisesRegex(frappe.DuplicateEntryError, "T-EAST already has a relationship"):
			make_relationship(customer.name, "T-EAST")

	def test_the_index_refuses_a_second_one_that_was_written_past_the_check(self):
		customer = make_customer(store="T-EAST")
		twin = frappe.get_doc({"doctype": "C4S Store Relationship", "customer": customer.name, "dealership": "T-EAST"})
		twin.set_new_name()
		with self.assertRaises(frappe.UniqueValidationError):
			twin.db_insert()

	def test_taking_up_twice_leaves_one_relationship(self):
		customer = make_customer()
		first = take_up(customer.name, "T-EAST", "Moved here")
		self.assertEqual(first, take_up(customer.name, "T-EAST", "Again"))

	def test_a_relationship_belongs_to_a_store_not_to_a_region(self):
		make_dealership("T-REGION", node_kind="Region")
		with self.assertRaisesRegex(frappe.ValidationError, "T-REGION is a group or region"):
			make_relationship(make_customer().name, "T-REGION")

	def test_customer_and_store_stay_as_they_were(self):
		relationship = make_relationship(make_customer().name, "T-EAST")
		relationship.dealership = "T-WEST"
		with self.assertRaises(frappe.CannotChangeConstantError):
			relationship.save()

	def test_it_notes_who_made_it_and_when(self):
		user = make_user("Receptionist", ["T-EAST"])
		with as_user(user):
			customer = make_customer()
		relationship = frappe.get_doc("C4S Store Relationship", {"customer": customer.name})
		self.assertEqual((user, frappe.utils.nowdate()), (relationship.taken_up_by, str(relationship.since)))

	def test_a_store_sees_its_own_relationships(self):
		customer = make_customer(store="T-EAST")
		west = make_relationship(customer.name, "T-WEST").name
		with as_user(make_user("Sales Manager", ["T-WEST"])):
			self.assertEqual([west], frappe.get_list("C4S Store Relationship", {"customer": customer.name}, pluck="name"))

	def test_nobody_makes_a_customer_of_another_store_visible_by_hand(self):
		customer = make_customer(store="T-EAST")
		with as_user(make_user("Sales Manager", ["T-WEST"])):
			with self.assertRaises(frappe.PermissionError):
				make_relationship(customer.name, "T-WEST")
			with self.assertRaises(frappe.PermissionError):
				make_relationship(customer.name, "T-EAST")
		with as_user(make_user("Group Manager")):
			make_relationship(customer.name, "T-WEST")

	def test_managers_assign_people_and_consultants_do_not(self):
		relationship = make_relationship(make_customer().name, "T-EAST")
		for role, may_write in (("Sales Consultant", False), ("Sales Manager", True)):
			with as_user(make_user(role, ["T-EAST"])):
				self.assertEqual(may_write, relationship.has_permission("write"))
