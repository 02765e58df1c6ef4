from datetime import date

import frappe
from freezegun import freeze_time
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_kpi.test_c4s_kpi import make_kpi
from crm4s.scorecard import results
from crm4s.scorecard.tests.rows import put
from crm4s.tests.at_once import at_once, refused

test_ignore = ["User"]
MAY = date(2001, 5, 1)
RESULT = "C4S KPI Result"


def make_tree() -> tuple[str, str, str]:
	"""A region with two stores."""
	region = make_dealership("CARD-REGION", is_group=1, node_kind="Region").name
	return region, *(make_dealership(code, parent_c4s_dealership=region).name for code in ("CARD-R1", "CARD-R2"))


def put_leads(store: str, received: int, won: int, person: str = "", month: str = "2001-05") -> None:
	put("C4S Lead", received - won, dealership=store, received_on=f"{month}-05", status="Open", sales_consultant=person)
	put("C4S Lead", won, dealership=store, received_on=f"{month}-05", won_on=f"{month}-20", status="Won", sales_consultant=person)


class TestResults(FrappeTestCase):
	def setUp(self):
		self.region, self.first, self.second = make_tree()
		self.kpi = make_kpi()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def values(self, **filters) -> dict:
		nodes = [self.region, self.first, self.second]
		rows = frappe.get_all(RESULT, {"kpi": self.kpi.name, "dealership": ["in", nodes], **filters}, ["dealership", "person", "month", "value"])
		return {(row.dealership, row.person): row.value for row in rows}

	def test_a_region_is_its_stores_together_and_a_store_all_of_its_people(self):
		put_leads(self.first, 8, 2, "a")
		put_leads(self.first, 2, 2)
		put_leads(self.second, 10, 1, "b")
		results.count_month(self.kpi, MAY)
		expected = {(self.first, "a"): 25, (self.first, ""): 40, (self.second, "b"): 10, (self.second, ""): 10, (self.region, ""): 25}
		self.assertEqual(expected, self.values())

	def test_counted_again_only_what_changed_is_written(self):
		put_leads(self.first, 4, 1)
		put_leads(self.second, 4, 1)
		results.count_month(self.kpi, MAY)
		self.assertEqual(0, results.count_month(self.kpi, MAY))
		put_leads(self.second, 4, 3)
		# The store, the region and what is above it.
		above = len(results.ways_up()[self.second])
		self.assertEqual(above, results.count_month(self.kpi, MAY))
		self.assertEqual(50, self.values()[self.second, ""])

	def test_what_is_no_longer_there_goes(self):
		put_leads(self.first, 4, 1)
		results.count_month(self.kpi, MAY)
		frappe.db.delete("C4S Lead", {"dealership": self.first})
		results.count_month(self.kpi, MAY)
		self.assertEqual({}, self.values())

	def test_earlier_months_stay_as_they_were_reported(self):
		frappe.db.set_value("C4S KPI", {"name": ["!=", self.kpi.name]}, "enabled", 0)
		results.FILLED.forget()
		for month in ("2001-03", "2001-04", "2001-05"):
			put_leads(self.first, 4, 1, month=month)
		with freeze_time("2001-05-25 04:00:00"):
			results.run_nightly()
		self.assertEqual(13, len(results.last_months(MAY, results.MONTHS)))
		months = frappe.get_all(RESULT, {"kpi": self.kpi.name, "dealership": self.first}, pluck="month", order_by="month")
		self.assertEqual([getdate(f"2001-0{month}-01") for month in (3, 4, 5)], months)
		frappe.db.delete("C4S Lead", {"dealership": self.first})
		with freeze_time("2001-05-26 04:00:00"):
			results.run_nightly()
		left = frappe.get_all(RESULT, {"kpi": self.kpi.name, "dealership": self.first}, pluck="month")
		self.assertEqual([getdate("2001-03-01")], left)
		# Whoever counts a month anew means it.
		results.count_again(date(2001, 3, 1))
		self.assertEqual({}, self.values())

	def test_a_new_formula_is_counted_for_all_months(self):
		frappe.db.set_value("C4S KPI", {"name": ["!=", self.kpi.name]}, "enabled", 0)
		results.FILLED.forget()
		put_leads(self.first, 4, 1, month="2001-01")
		with freeze_time("2001-05-25 04:00:00"):
			results.run_nightly()
			self.assertEqual(25, self.values()[self.first, ""])
			self.kpi.update({"factor": 1, "unit": "Ratio"}).save()
			results.run_nightly()
		self.assertEqual(0.25, self.values()[self.first, ""])

	def test_one_kpi_that_fails_does_not_stop_the_others(self):
		frappe.db.set_value("C4S KPI", {"name": ["!=", self.kpi.name]}, "enabled", 0)
		results.FILLED.forget()
		broken = make_kpi("试验坏指标", sequence=0)
		broken.db_set("numerator", "No Such Measure")
		put_leads(self.first, 4, 1)
		with freeze_time("2001-05-25 04:00:00"):
			results.run_nightly()
		self.assertEqual(25, self.values()[self.first, ""])

	def test_with_the_kpi_goes_what_was_counted_by_it(self):
		put_leads(self.first, 4, 1)
		results.count_month(self.kpi, MAY)
		self.kpi.delete()
		self.assertEqual({}, self.values())


class TestTwoRunsAtOnce(FrappeTestCase):
	"""Commits, so that both connections see the leads; takes away what it made."""

	def setUp(self):
		self.kpi = make_kpi("试验同时统计")
		self.store = make_dealership("CARD-ONCE").name
		put_leads(self.store, 4, 1)
		self.addCleanup(self.take_away)

	def take_away(self) -> None:
		frappe.db.rollback()
		frappe.db.delete("C4S Lead", {"dealership": self.store})
		frappe.delete_doc("C4S KPI", self.kpi.name)
		frappe.delete_doc("C4S Dealership", self.store)
		frappe.db.commit()

	def test_they_write_the_same_rows_once(self):
		outcomes = at_once(*[lambda: results.count_month(frappe.get_doc("C4S KPI", "试验同时统计"), MAY)] * 2)
		self.assertEqual([], refused(outcomes))
		rows = frappe.get_all(RESULT, {"kpi": self.kpi.name, "dealership": self.store}, ["value"])
		self.assertEqual([25], [row.value for row in rows])
