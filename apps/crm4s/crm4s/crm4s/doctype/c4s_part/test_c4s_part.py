import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user


def make_part(number: str = "T-04152-YZZA1", **overrides):
	"""A saved part."""
	values = {"doctype": "C4S Part", "part_number": number, "part_name": "机油滤清器", "price": 58, "cost": 31}
	return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


class TestC4SPart(FrappeTestCase):
	def setUp(self):
		for code in ("T-EAST", "T-WEST"):
			make_dealership(code)

	def tearDown(self):
		frappe.db.rollback()

	def test_a_part_is_short_where_less_than_the_reorder_level_is_left(self):
		part = make_part(
			availability=[
				{"dealership": "T-EAST", "quantity": 12, "reorder_level": 10},
				{"dealership": "T-WEST", "quantity": 4.5, "reorder_level": 5},
			]
		)
		self.assertEqual([0, 1], [row.shortage for row in part.availability])
		self.assertEqual((1, 16.5), (part.shortage, part.total_quantity))

	def test_a_part_is_short_where_none_is_left_even_without_reorder_level(self):
		self.assertEqual(1, make_part(availability=[{"dealership": "T-EAST", "quantity": 0}]).shortage)

	def test_a_part_that_nobody_stocks_is_not_short(self):
		self.assertEqual(0, make_part().shortage)

	def test_a_dealership_has_one_row(self):
		with self.assertRaisesRegex(frappe.ValidationError, "row 2: .*T-EAST.* is there already"):
			make_part(availability=[{"dealership": "T-EAST"}, {"dealership": "T-EAST"}])

	def test_substitutes_do_not_lead_back(self):
		first = make_part("T-1")
		make_part("T-2", substitute="T-1")
		make_part("T-3", substitute="T-2")
		first.substitute = "T-3"
		with self.assertRaisesRegex(frappe.ValidationError, "T-1.* cannot be its own substitute"):
			first.save()

	def test_what_a_part_costs_the_store_is_for_managers(self):
		make_part()
		for role, sees_cost in (("Service Advisor", False), ("Sales Consultant", False), ("Workshop Manager", True), ("Dealer Manager", True)):
			with self.subTest(role), as_user(make_user(role)):
				part = frappe.get_doc("C4S Part", "T-04152-YZZA1")
				part.apply_fieldlevel_read_permissions()
				self.assertEqual(58, part.price)
				self.assertEqual(31 if sees_cost else None, part.get("cost"))
