import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_kpi.test_c4s_kpi import make_kpi
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_industry_figure(**overrides):
	values = {"doctype": "C4S Industry Figure", "kpi": "试验转化率" if "kpi" in overrides else make_kpi().name, "year": 2001, "value": 22.5, "source": "试验协会"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestIndustryFigure(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_it_is_of_a_year_and_said_once_by_its_source(self):
		make_industry_figure()
		with self.assertRaises(frappe.DuplicateEntryError):
			make_industry_figure()
		with self.assertRaisesRegex(frappe.ValidationError, "from 2000 to 2099"):
			make_industry_figure(year=26)

	def test_market_researchers_enter_it_and_managers_read_it(self):
		make_kpi()
		with as_user(make_user("Market Researcher")):
			name = make_industry_figure(kpi="试验转化率").name
		with as_user(make_user("Dealer Manager")):
			self.assertTrue(frappe.has_permission("C4S Industry Figure", "read", name))
			self.assertFalse(frappe.has_permission("C4S Industry Figure", "write", name))
