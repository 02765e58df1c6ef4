import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_kpi.test_c4s_kpi import make_kpi
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
KPI_NAME = "试验转化率"


def make_target(dealership: str, **overrides):
	"""A saved target of the store for the test KPI in the year 2001."""
	values = {"doctype": "C4S KPI Target", "dealership": dealership, "year": 2001, "month": 0, "target": 30}
	if "kpi" not in overrides:
		values["kpi"] = make_kpi().name
	return frappe.get_doc({**values, **overrides}).insert()


class TestKPITarget(FrappeTestCase):
	def setUp(self):
		self.own, self.other = (make_dealership(code).name for code in ("TARGET-1", "TARGET-2"))

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_there_is_one_of_a_kpi_store_and_month(self):
		make_target(self.own)
		make_target(self.own, month=3)
		with self.assertRaises(frappe.DuplicateEntryError):
			make_target(self.own, month=3, target=40)

	def test_what_cannot_be_reached_is_no_target(self):
		for values, sentence in (({"target": 0}, "above 0"), ({"month": 13}, "1 to 12"), ({"year": 1999}, "from 2000")):
			with self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_target(self.own, **values)

	def test_stores_read_their_own_and_the_group_sets_them(self):
		own, other = make_target(self.own).name, make_target(self.other).name
		with as_user(make_user("Dealer Manager", [self.own])):
			self.assertEqual([own], frappe.get_list("C4S KPI Target", {"name": ["in", [own, other]]}, pluck="name"))
			self.assertFalse(frappe.has_permission("C4S KPI Target", "read", other))
			self.assertFalse(frappe.has_permission("C4S KPI Target", "write", own))
		with as_user(make_user("Group Manager", [self.own])):
			self.assertTrue(frappe.has_permission("C4S KPI Target", "write", own))
			self.assertRaises(frappe.PermissionError, make_target, self.other, kpi=KPI_NAME, month=5)
