import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
COST = "C4S Source Cost"


def make_cost(store: str, **overrides):
	return frappe.get_doc({"doctype": COST, "source": "Walk-in", "month": "2001-05-17", "amount": 3000, "dealership": store, **overrides}).insert()


class TestSourceCost(FrappeTestCase):
	def setUp(self):
		self.one, self.two = make_dealership("COST-1").name, make_dealership("COST-2").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_it_is_kept_by_the_first_day_of_its_month(self):
		self.assertEqual("2001-05-01", str(make_cost(self.one).month))

	def test_nothing_costs_less_than_a_cent(self):
		with self.assertRaisesRegex(frappe.ValidationError, "more than zero"):
			make_cost(self.one, amount=0)

	def test_a_store_sees_and_enters_its_own_costs_only(self):
		mine, others = make_cost(self.one), make_cost(self.two)
		with as_user(make_user("Sales Manager", [self.one])):
			self.assertEqual([mine.name], frappe.get_list(COST, pluck="name"))
			self.assertFalse(frappe.has_permission(COST, "read", doc=others.name))
			self.assertRaises(frappe.PermissionError, make_cost, self.two)
			self.assertEqual(self.one, make_cost(None).dealership)

	def test_a_consultant_does_not_see_what_leads_cost(self):
		with as_user(make_user("Sales Consultant", [self.one])):
			self.assertFalse(frappe.has_permission(COST, "read"))
