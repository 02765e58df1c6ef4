import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.report.c4s_sales_funnel.c4s_sales_funnel import execute, path_to_success
from crm4s.leads.who import CONSULTANT
from crm4s.tests.people import as_user, make_user
from crm4s.workflows.states import active_workflow, state_for

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}
MINUTE = 60


class TestSalesFunnel(FrappeTestCase):
	"""Leads of 2001, a year in which nobody else has leads. Nothing here knows a state by its name."""

	def setUp(self):
		self.one, self.two = make_dealership("FUNNEL-1").name, make_dealership("FUNNEL-2").name
		self.path = path_to_success()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_cache(doctype="Workflow")

	def lead(self, *minutes: int | None, stands: int | None = None, **overrides):
		"""A lead that stood so many minutes in the first states of the path, None for one that it skipped, and stands in the state after these."""
		values = {"dealership": self.one, "received_on": "2001-05-31 23:59:59", **overrides}
		lead = make_lead(**values)
		frappe.db.delete("C4S State Passage", {"document_name": lead.name})
		for position, time in enumerate(minutes):
			if time is not None:
				self.passage(lead, self.path[position], time)
		stands = len(minutes) if stands is None else stands
		if not overrides.get("status"):
			frappe.db.set_value("C4S Lead", lead.name, "workflow_state", self.path[stands])
		return lead

	def passage(self, lead, state: str, minutes: int):
		values = {"doctype": "C4S State Passage", "document_type": "C4S Lead", "document_name": lead.name, "dealership": lead.dealership}
		times = {"entered_on": "2001-06-01 10:00:00", "left_on": "2001-06-01 12:00:00", "seconds": minutes * MINUTE}
		frappe.get_doc({**values, **times, "state": state}).db_insert()

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def test_how_far_leads_came_where_they_dropped_out_and_how_long_it_took(self):
		lost = {"status": "Lost", "lost_reason": "Other", "lost_note": "联系不上"}
		self.lead()
		self.lead(10, 30)
		self.lead(20, None, 5)
		self.lead(40, **lost)
		self.lead(10, 50, **lost)
		first, second, third, fourth = self.rows()[:4]
		self.assertEqual((5, 3, 2, 1, 1), tuple(first[key] for key in ("reached", "went_on", "dropped", "lost", "open")))
		self.assertEqual((40.0, 100.0, 15 * MINUTE), (first["dropped_percent"], first["of_all_percent"], first["median"]))
		self.assertEqual((3, 2, 1, 0, 40 * MINUTE), tuple(second[key] for key in ("reached", "went_on", "lost", "open", "median")))
		self.assertEqual((2, 1, 1, 5 * MINUTE), tuple(third[key] for key in ("reached", "went_on", "open", "median")))
		self.assertEqual((1, 1, 20.0, None), tuple(fourth[key] for key in ("reached", "open", "of_all_percent", "median")))

	def test_who_came_back_to_a_state_counts_once_with_both_times_together(self):
		lead = self.lead(10, 5)
		self.passage(lead, self.path[0], 20)
		self.assertEqual((1, 30 * MINUTE), (self.rows()[0]["reached"], self.rows()[0]["median"]))

	def test_won_leads_came_all_the_way(self):
		self.lead(status="Won")
		rows = self.rows()
		self.assertEqual(state_for("C4S Lead", "Won"), rows[-1]["state"])
		self.assertEqual([1] * len(self.path), [row["reached"] for row in rows])

	def test_the_states_are_those_of_the_workflow_now(self):
		workflow = frappe.get_doc("Workflow", active_workflow("C4S Lead").name)
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": "Coffee"}).insert()
		transition = next(row for row in workflow.transitions if row.state == self.path[0] and row.next_state in self.path)
		workflow.append("states", {"state": "Coffee", "doc_status": "0", "update_field": "status", "update_value": "Open", "allow_edit": "All"})
		workflow.states.insert(1, workflow.states.pop())
		for position, row in enumerate(workflow.states, 1):
			row.idx = position
		workflow.append("transitions", {"state": "Coffee", "action": transition.action, "next_state": self.path[1], "allowed": CONSULTANT})
		workflow.save()
		self.assertEqual([self.path[0], "Coffee", *self.path[1:]], [row["state"] for row in self.rows()])

	def test_states_of_decisions_and_defeat_are_not_on_the_way(self):
		workflow = active_workflow("C4S Lead")
		aside = [row.state for row in workflow.states if row.state not in self.path]
		self.assertEqual(2, len(aside))
		self.assertIn(state_for("C4S Lead", "Lost"), aside)

	def test_consultants_side_by_side(self):
		self.lead(10, 10, sales_consultant="Administrator")
		self.lead(sales_consultant="Administrator")
		self.lead()
		rows = self.rows(view="Sales Consultant")
		self.assertEqual([("Administrator", 2, 1, 1, 0), ("", 1, 0, 0, 0)], [tuple(row[key] for key in ("key", *(f"state_{n}" for n in range(4)))) for row in rows])

	def test_filters_keep_source_consultant_and_time(self):
		self.lead(sales_consultant="Administrator")
		self.lead(source="Store Website")
		self.assertEqual(1, self.rows(sales_consultant="Administrator")[0]["reached"])
		self.assertEqual(1, self.rows(source="Store Website")[0]["reached"])
		self.assertEqual(0, self.rows(to_date="2001-05-30")[0]["reached"])

	def test_a_store_s_user_counts_the_own_store_only(self):
		self.lead()
		self.lead(dealership=self.two)
		with as_user(make_user("Sales Manager", [self.one])):
			self.assertEqual(1, self.rows()[0]["reached"])
			self.assertEqual(0, self.rows(dealership=self.two)[0]["reached"])
		with as_user(make_user("Sales Manager")):
			self.assertEqual(0, self.rows()[0]["reached"])

	def test_a_consultant_may_not_compare_the_consultants(self):
		with as_user(make_user("Sales Consultant", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Sales Funnel", {})
