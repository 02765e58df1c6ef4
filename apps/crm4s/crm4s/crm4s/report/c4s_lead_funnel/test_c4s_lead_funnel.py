import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.report.c4s_lead_funnel.c4s_lead_funnel import execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestLeadFunnel(FrappeTestCase):
	"""Leads of 2001, a year in which nobody else has leads."""

	def setUp(self):
		self.one, self.two = make_dealership("FUNNEL-1").name, make_dealership("FUNNEL-2").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def lead(self, **overrides):
		return make_lead(**{"dealership": self.one, "received_on": "2001-05-31 23:59:59", **overrides})

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def test_the_funnel_of_a_source(self):
		contacts = [{"contacted_on": "2001-06-01 10:00:00", "channel": "Phone", "summary": "邀约"}]
		self.lead()
		self.lead(contacts=contacts)
		self.lead(contacts=contacts, status="Won")
		self.lead(contacts=contacts, status="Lost", lost_reason="Other", lost_note="联系不上")
		expected = {
			"key": "Walk-in",
			"label": "Walk-in",
			"span": ["2001-01-01", "2001-12-31"],
			"behind": {"source": "Walk-in"},
			"received": 4,
			"contacted": 3,
			"won": 1,
			"lost": 1,
			"open": 2,
			"contacted_percent": 75.0,
			"conversion_percent": 25.0,
		}
		self.assertEqual([expected], self.rows())

	def test_leads_of_a_consultant(self):
		self.lead(sales_consultant="Administrator")
		self.lead()
		received = {(row["key"], row["received"]) for row in self.rows(view="Sales Consultant")}
		self.assertEqual({("Administrator", 1), ("", 1)}, received)
		self.assertEqual(1, execute({**YEAR, "sales_consultant": "Administrator"})[4][0]["value"])

	def test_the_last_day_counts_to_its_end(self):
		self.lead()
		self.assertEqual([], self.rows(to_date="2001-05-30"))
		self.assertEqual(1, len(self.rows(to_date="2001-05-31")))

	def test_a_store_s_user_counts_the_own_store_only(self):
		self.lead()
		self.lead(dealership=self.two)
		with as_user(make_user("Sales Manager", [self.one])):
			self.assertEqual([(self.one, 1)], [(row["key"], row["received"]) for row in self.rows(view="Store")])
			self.assertEqual([], self.rows(dealership=self.two))
		with as_user(make_user("Sales Manager")):
			self.assertEqual([], self.rows())

	def test_a_consultant_may_not_compare_the_consultants(self):
		with as_user(make_user("Sales Consultant", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Lead Funnel", {})
