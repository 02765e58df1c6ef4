import frappe
from frappe.desk.search import search_link
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestCompetitor(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_competitor_that_is_switched_off_is_not_offered(self):
		competitor = frappe.get_doc({"doctype": "C4S Competitor", "competitor_name": "Gone Motors"}).insert()
		with as_user(make_user("Sales Consultant")):
			self.assertIn(competitor.name, self.offered("Gone"))
		competitor.update({"enabled": 0}).save()
		with as_user(make_user("Sales Consultant")):
			self.assertNotIn(competitor.name, self.offered("Gone"))

	def offered(self, text: str) -> list[str]:
		frappe.response["results"] = []
		rows = search_link("C4S Competitor", text)
		return [row["value"] for row in (rows or frappe.response["results"])]
