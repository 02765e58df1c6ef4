from datetime import date, datetime

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_key_figures.c4s_key_figures import execute, periods_of
from crm4s.periodic_reports.amounts import read_amounts
from crm4s.periodic_reports.figures import FIGURES
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_reports import row

test_ignore = ["User"]


class TestKeyFigures(FrappeTestCase):
	"""The first ten days of May 2001 of one of two stores, beside those before and those of a year ago."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region = make_dealership("KEY-REGION", node_kind="Region").name
		cls.store, cls.other = make_dealership("KEY-1", parent=cls.region).name, make_dealership("KEY-2").name
		customer, vehicle = make_customer().name, make_vehicle().name

		def settled(day: str, amount: float, store: str = cls.store, **overrides):
			values = {"arrived_on": f"{day} 08:00:00", "settled_on": f"{day} 23:59:59", "status": "Settled", "items": [item(unit_price=amount)]}
			return make_service_visit(dealership=store, customer=customer, vehicle=vehicle, **{**values, **overrides})

		first = settled("2001-05-01", 300)
		settled("2001-05-10", 500, comeback_of=first.name)
		settled("2001-05-05", 50, visit_kind="Counter Sale")
		settled("2001-05-11", 999)
		settled("2001-05-02", 700, cls.other)
		settled("2001-04-30", 200)
		settled("2000-05-10", 1600)
		complaint = make_complaint(dealership=cls.store)
		frappe.db.set_value("C4S Complaint", complaint.name, {"received_on": "2001-05-03 10:00:00", "respond_by": "2001-05-03 12:00:00", "responded_on": "2001-05-03 11:00:00", "resolve_by": "2001-05-05 10:00:00", "resolved_on": None})
		lead = make_lead(dealership=cls.store, phone="13900139101")
		frappe.db.set_value("C4S Lead", lead.name, {"received_on": "2001-05-10 23:59:00", "response": "In Time"})
		for response, respond_by in (("Waiting", "2001-05-09 10:00:00"), ("Waiting", "2099-01-01"), ("No Time Set", None)):
			row("C4S Lead", dealership=cls.store, received_on="2001-05-09 09:00:00", response=response, respond_by=respond_by)
		for status in ("Cancelled", "No-Show", "Booked", "Arrived", "Arrived"):
			row("C4S Service Appointment", dealership=cls.store, planned_from="2001-05-03 09:00:00", status=status)

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	def figures(self, **filters) -> dict[str, tuple]:
		rows = execute({"view": "Ten-Day Period", "day": "2001-05-04", **filters})[1]
		return {row["label"]: tuple(row[name] for name in ("now", "before", "change", "year_before", "year_change")) for row in rows if not row.get("is_section")}

	def test_a_store_s_ten_days_beside_those_before_and_a_year_ago(self):
		found = self.figures(dealership=self.store)
		self.assertEqual((2, 1, 100.0, 1, 100.0), found["Workshop Visits"])
		self.assertEqual((400.0, 200.0, 100.0, 1600.0, -75.0), found["Amount per Workshop Visit"])
		self.assertEqual((850.0, 200.0, 325.0, 1600.0, -46.9), found["Settled Amount"])
		self.assertEqual((50.0, 0.0, 50.0, 0.0, 50.0), found["Visits That Mend an Earlier One"])
		self.assertEqual((1, 0, None, 0, None), found["Complaints Received"])
		self.assertEqual((100.0, None, None, None, None), found["First Response in Time"])
		self.assertEqual(0.0, found["Resolved in Time"][0])
		# One in time, one never answered; two have no time that is over.
		self.assertEqual((4, 50.0), (found["Leads Received"][0], found["Leads Answered in Time"][0]))
		# As the report Appointments has it: one of three who should have come did not.
		self.assertEqual((5, 33.3), (found["Appointments"][0], found["No-Shows"][0]))

	def test_a_region_counts_its_stores_and_a_store_s_manager_the_own(self):
		self.assertEqual(3, self.figures()["Workshop Visits"][0])
		self.assertEqual(2, self.figures(dealership=self.region)["Workshop Visits"][0])
		with as_user(make_user("Dealer Manager", [self.other])):
			self.assertEqual(1, self.figures()["Workshop Visits"][0])
			self.assertEqual(0, self.figures(dealership=self.store)["Workshop Visits"][0])
		with as_user(make_user("Dealer Manager")):
			self.assertEqual(0, self.figures()["Workshop Visits"][0])

	def test_the_list_behind_a_figure_holds_as_many_documents(self):
		rows = execute({"view": "Ten-Day Period", "day": "2001-05-04", "dealership": self.store})[1]
		tied = 0
		for row in rows:
			if row.get("opens") and row["kinds"]["now"] == "Int":
				for period in ("now", "before", "year_before"):
					last = f"{row['spans'][period][1]} 23:59:59"
					filters = {**row["behind"], **row["opens"]["filters"], row["opens"]["moment"]: ["between", [row["spans"][period][0], last]]}
					self.assertEqual(row[period], frappe.db.count(row["opens"]["doctype"], filters), (row["label"], period))
					tied += row[period] > 0
		self.assertEqual(6, tied)

	def test_a_role_sees_the_sections_whose_documents_it_may_count(self):
		frappe.get_doc({"doctype": "Custom DocPerm", "parent": "C4S Lead", "role": "C4S Data Analyst", "read": 1, "report": 0}).insert()
		frappe.clear_cache(doctype="C4S Lead")
		self.addCleanup(frappe.clear_cache, doctype="C4S Lead")
		self.addCleanup(frappe.db.delete, "Custom DocPerm", {"parent": "C4S Lead"})
		with as_user(make_user("Data Analyst", [self.store])):
			found = self.figures()
		self.assertNotIn("Leads Received", found)
		self.assertIn("Workshop Visits", found)

	def test_every_figure_has_a_name_of_its_own_and_its_amounts(self):
		figures = [figure for section in FIGURES.values() for figure in section]
		self.assertEqual(len(figures), len({figure.name for figure in figures}))
		amounts = read_amounts(date(2001, 5, 1), date(2001, 5, 10), None)
		for figure in figures:
			self.assertLessEqual({figure.part, figure.whole} - {None}, set(amounts[figure.source]), figure.name)

	def test_a_technician_may_not_run_it(self):
		with as_user(make_user("Technician", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Key Figures", {})

	def test_without_a_day_it_is_the_last_period_that_is_over(self):
		with stopped_at(datetime(2001, 5, 11, 0, 30)):
			self.assertEqual((date(2001, 5, 1), date(2001, 5, 10)), periods_of(frappe._dict())[0])
			self.assertEqual((date(2001, 4, 1), date(2001, 4, 30)), periods_of(frappe._dict(view="Month"))[0])

	def test_other_days_are_compared_with_as_many_before_them_whole_periods_with_the_period_before(self):
		days = lambda first, last: periods_of(frappe._dict(from_date=first, to_date=last))
		self.assertEqual([(date(2001, 5, 3), date(2001, 5, 5)), (date(2001, 4, 30), date(2001, 5, 2)), (date(2000, 5, 3), date(2000, 5, 5))], days("2001-05-03", "2001-05-05"))
		self.assertEqual((date(2001, 4, 21), date(2001, 4, 30)), days("2001-05-01", "2001-05-10")[1])
		self.assertEqual((date(2001, 2, 1), date(2001, 2, 28)), days("2001-03-01", "2001-03-31")[1])
