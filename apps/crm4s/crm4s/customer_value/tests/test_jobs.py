"""From dealings to written values. In May 2001 only these customers deal with anybody."""

from datetime import date
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_customer.test_classify import put, put_visit
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.customer_value import jobs, summary, writing
from crm4s.relationship_costs import Cost, note_costs
from crm4s.tests.at_once import at_once
from crm4s.value.customers.evaluate import evaluate

VALUE, CHANGE, MONTH, RUN, CUSTOMER = "C4S Customer Value", "C4S Value Change", "C4S Value Month", "C4S Value Run", "C4S Customer"
AS_OF = date(2001, 6, 1)


def visit(customer: str, day: str, store: str, amount: float = 400, margin: float = 100, **values) -> str:
	return put_visit(customer, f"{day} 10:00:00", dealership=store, customer_amount=amount, total_amount=9 * amount, margin=margin, **values)


class TestRun(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		cls.group = make_dealership("CV-GROUP", node_kind="Group").name
		cls.east, cls.west = (make_dealership(code, parent=cls.group).name for code in ("CV-EAST", "CV-WEST"))

	def setUp(self):
		frappe.db.savepoint("stores")
		self.addCleanup(frappe.db.rollback, save_point="stores")
		self.customer = make_customer().name

	def value(self, store: str, **filters) -> dict:
		return frappe.get_all(VALUE, {"customer": self.customer, "dealership": store, **filters}, "*")[0]

	def test_sums_of_a_store_and_the_fields_of_the_customer(self):
		visit(self.customer, "2001-01-01", self.east)
		visit(self.customer, "2001-04-11", self.east, margin=-30)
		visit(self.customer, "2001-04-11", self.east, visit_kind="Counter Sale")
		visit(self.customer, "2001-05-02", self.east, status="Open")
		visit(self.customer, "2001-06-01", self.east)
		note_costs([Cost("cv-a", self.customer, "Gift", 12.5, date(2001, 3, 1))])
		log = frappe.get_doc(RUN, jobs.run(AS_OF))
		row = self.value(self.east)
		self.assertEqual((1, 2, 1, 1200, 170, 12.5, 157.5), tuple(row[field] for field in ("is_whole", "visits", "frequency", "revenue", "margin", "relationship_cost", "margin_after_cost")))
		self.assertEqual((date(2001, 1, 1), date(2001, 4, 11), 14.286, 21.571), (row.first_on, row.last_on, row.recency_weeks, row.age_weeks))
		self.assertEqual(("Done", 100, 1, 1), (log.status, log.progress_percent, log.customers, log.rows_changed))
		stored = frappe.db.get_value(CUSTOMER, self.customer, ["value_class", "strategy", "lifecycle_stage", "abc_class"])
		self.assertEqual((row.value_class, row.strategy, row.lifecycle, row.abc_class), stored)

	def test_who_deals_with_two_stores_has_a_row_for_each_and_one_for_the_group(self):
		visit(self.customer, "2001-01-01", self.east)
		visit(self.customer, "2001-05-01", self.west)
		visit(self.customer, "2001-01-01", self.west)
		note_costs([Cost("cv-a", self.customer, "Gift", 5, date(2001, 3, 1), self.east), Cost("cv-b", self.customer, "Gift", 7, date(2001, 3, 1))])
		jobs.run(AS_OF)
		east, west, whole = self.value(self.east), self.value(self.west), self.value(self.group)
		self.assertEqual([(0, 1, 100, 5), (0, 2, 200, 0), (1, 2, 300, 12)], [(row.is_whole, row.visits, row.margin, row.relationship_cost) for row in (east, west, whole)])

	def test_what_another_group_deals_stays_out_of_a_stores_row(self):
		alone = make_dealership("CV-ALONE").name
		other = make_dealership("CV-OTHER", node_kind="Group").name
		south = make_dealership("CV-SOUTH", parent=other).name
		for day, store in (("2001-01-01", self.east), ("2001-02-01", self.west), ("2001-03-01", south), ("2001-05-01", alone)):
			visit(self.customer, day, store)
		note_costs([Cost("cv-a", self.customer, "Gift", 5, date(2001, 3, 1), self.east), Cost("cv-b", self.customer, "Gift", 7, date(2001, 3, 1))])
		jobs.run(AS_OF)
		rows = frappe.get_all(VALUE, {"customer": self.customer}, ["dealership", "is_whole", "visits", "margin", "relationship_cost"], order_by="dealership", as_list=True)
		expected = [(alone, 1, 1, 100, 7), (self.east, 0, 1, 100, 5), (self.group, 1, 2, 200, 5), (south, 1, 1, 100, 0), (self.west, 0, 1, 100, 0)]
		self.assertEqual(sorted(expected), [tuple(row) for row in rows])
		self.assertEqual(self.value(alone).lifecycle, frappe.db.get_value(CUSTOMER, self.customer, "lifecycle_stage"))

	def test_cars_of_one_day_are_one_occasion(self):
		for _number in range(3):
			put("C4S Deal", customer=self.customer, dealership=self.east, status="Delivered", delivered_on="2001-05-01 10:00:00", total_amount=1, margin=1)
		row = summary.read(AS_OF, only=[self.customer]).iloc[0]
		self.assertEqual((3, 1), (row["deals"], row["deal_days"]))

	def test_a_delivered_car_is_money_and_no_visit(self):
		put("C4S Deal", customer=self.customer, dealership=self.east, status="Delivered", delivered_on="2001-05-01 10:00:00", price_amount=150_000, total_amount=50_000, margin=6_000)
		jobs.run(AS_OF)
		row = self.value(self.east)
		self.assertEqual((0, 1, 150_000, 6_000, "Only a Car Bought"), (row.visits, row.deals, row.revenue, row.margin, row.basis))

	def test_cars_of_two_stores_and_no_visit_are_a_row_for_each_and_one_for_the_group(self):
		for store, day in ((self.east, "2001-03-01"), (self.west, "2001-05-01")):
			put("C4S Deal", customer=self.customer, dealership=store, status="Delivered", delivered_on=f"{day} 10:00:00", price_amount=100_000, margin=6_000)
		rows = summary.read(AS_OF, only=[self.customer])
		self.assertEqual([(self.east, 0, 1, 0), (self.west, 0, 1, 0), (self.group, 0, 2, 1)], list(rows[["dealership", "visits", "deals", "several"]].itertuples(index=False, name=None)))

	def test_the_same_again_writes_nothing(self):
		visit(self.customer, "2001-05-01", self.east)
		jobs.run(AS_OF)
		self.assertEqual(0, frappe.db.get_value(RUN, jobs.run(AS_OF), "rows_changed"))

	def test_a_class_that_changed_is_noted_once_and_the_first_one_is_none(self):
		visit(self.customer, "2001-05-01", self.east)
		jobs.run(AS_OF)
		self.assertEqual(0, frappe.db.count(CHANGE, {"customer": self.customer}))
		frappe.db.set_value(VALUE, {"customer": self.customer}, "value_class", "No Value")
		for _time in range(2):
			jobs.run(AS_OF)
		now = self.value(self.east)
		changes = frappe.get_all(CHANGE, {"customer": self.customer}, ["class_before", "class_after", "changed_on", "month", "lifetime_value", "is_whole"], as_list=True)
		self.assertEqual([("No Value", now.value_class, AS_OF, date(2001, 5, 1), now.lifetime_value, 1)], [tuple(row) for row in changes])

	def test_who_is_back_in_the_class_of_the_morning_has_not_changed(self):
		visit(self.customer, "2001-05-01", self.east)
		jobs.run(AS_OF)
		now = self.value(self.east).value_class
		frappe.db.set_value(VALUE, {"customer": self.customer}, "value_class", "No Value")
		jobs.run(AS_OF)
		with patch.object(jobs, "evaluate", lambda rows, *more: self.classed(evaluate(rows, *more), "No Value")):
			jobs.run(AS_OF)
		self.assertEqual(0, frappe.db.count(CHANGE, {"customer": self.customer}), now)

	def test_near_a_cut_the_class_of_the_day_before_stays(self):
		visit(self.customer, "2001-05-01", self.east)
		jobs.run(AS_OF)
		# The only customer is the cut.
		self.assertEqual("High Value", self.value(self.east).value_class[:10])
		frappe.db.set_value(VALUE, {"customer": self.customer}, "value_class", "Low Value Stable")
		jobs.run(date(2001, 6, 2))
		self.assertEqual("Low Value Stable", self.value(self.east).value_class)
		self.assertEqual(0, frappe.db.count(CHANGE, {"customer": self.customer}))
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		change_settings(class_margin=0)
		jobs.run(date(2001, 6, 3))
		self.assertEqual("High Value", self.value(self.east).value_class[:10])

	@staticmethod
	def classed(result, value_class: str):
		result.figures["value_class"] = value_class
		return result

	def test_who_comes_after_the_first_run_is_new_and_who_goes_is_gone(self):
		visit(self.customer, "2001-05-01", self.east)
		jobs.run(AS_OF)
		other = make_customer().name
		gone = visit(other, "2001-06-01", self.east)
		jobs.run(date(2001, 6, 2))
		changes = lambda: [tuple(row) for row in frappe.get_all(CHANGE, or_filters={"customer": other, "dealership": self.west}, fields=["customer", "class_before", "is_whole"], as_list=True)]
		self.assertEqual([(other, "", 1)], changes())
		# A second store makes nobody new to the group.
		visit(self.customer, "2001-06-02", self.west)
		frappe.db.delete("C4S Service Visit", {"name": gone})
		known = frappe.db.get_value(VALUE, {"customer": other}, "value_class")
		jobs.run(date(2001, 6, 3))
		self.assertEqual({(other, "", 1), (self.customer, "", 0), (other, known, 1)}, set(changes()))

	def test_who_has_no_dealings_any_more_has_no_value(self):
		gone = visit(self.customer, "2001-05-01", self.east)
		jobs.run(AS_OF)
		frappe.db.delete("C4S Service Visit", {"name": gone})
		jobs.run(date(2001, 6, 2))
		self.assertFalse(frappe.db.exists(VALUE, {"customer": self.customer}))
		self.assertEqual(("", "Acquisition"), frappe.db.get_value(CUSTOMER, self.customer, ["value_class", "lifecycle_stage"]))

	def test_the_month_sums_the_rows_and_past_months_stay(self):
		visit(self.customer, "2001-05-01", self.east)
		visit(self.customer, "2001-05-02", self.west)
		jobs.run(AS_OF)
		may = frappe.get_all(MONTH, {"month": "2001-05-01", "dealership": ["in", [self.east, self.west, self.group]]}, ["dealership", "is_whole", "customers", "margin"], order_by="dealership")
		self.assertEqual([(self.east, 0, 1, 100), (self.group, 1, 1, 200), (self.west, 0, 1, 100)], [tuple(row.values()) for row in may])
		visit(self.customer, "2001-06-01", self.east)
		jobs.run(date(2001, 6, 2))
		self.assertEqual(200, frappe.db.get_value(MONTH, {"month": "2001-05-01", "dealership": self.group}, "margin"))
		self.assertEqual(300, frappe.db.get_value(MONTH, {"month": "2001-06-01", "dealership": self.group}, "margin"))

	def test_a_stopped_run_is_carried_on_where_it_was(self):
		others = [make_customer().name for _number in range(2)]
		for name in (self.customer, *others):
			visit(name, "2001-05-01", self.east)
		whole, slices = writing.write, []

		def stopped(part, *more):
			slices.append(part)
			if len(slices) == 2:
				raise KeyboardInterrupt
			return whole(part, *more)

		with patch.object(jobs, "SLICE", 1), patch.object(writing, "write", stopped), self.assertRaises(KeyboardInterrupt):
			jobs.run(AS_OF)
		log = frappe.get_last_doc(RUN)
		self.assertEqual(("Running", self.customer), (log.status, log.done_through))
		self.assertEqual(log.name, jobs.run(AS_OF))
		self.assertEqual(("Done", 3), frappe.db.get_value(RUN, log.name, ["status", "rows_changed"]))

	def test_a_stopped_run_of_another_day_is_closed(self):
		old = put(RUN, as_of="2001-05-30", status="Running")
		jobs.run(AS_OF)
		self.assertEqual("With Errors", frappe.db.get_value(RUN, old, "status"))

	def test_a_run_that_fails_says_why(self):
		with patch.object(summary, "read", side_effect=ValueError("no figures")), self.assertRaises(ValueError):
			jobs.run(AS_OF)
		log = frappe.get_last_doc(RUN)
		self.assertEqual(("With Errors", "ValueError: no figures"), (log.status, log.error))

	def test_the_progress_is_told(self):
		visit(self.customer, "2001-05-01", self.east)
		told = []
		jobs.run(AS_OF, lambda percent, step: told.append((percent, step)))
		self.assertEqual(sorted(percent for percent, _step in told), [percent for percent, _step in told])
		self.assertEqual(["Reading Dealings", "Computing", "Writing"], list(dict.fromkeys(step for _percent, step in told)))

	def test_the_last_observed_day_is_the_day_before(self):
		self.assertEqual(getdate("2001-05-31"), summary.last_observed(AS_OF))


class TestTwoAtOnce(FrappeTestCase):
	def test_two_at_once_are_one(self):
		self.addCleanup(frappe.db.commit)
		for doctype, filters in ((RUN, {"as_of": AS_OF}), (MONTH, {"month": "2001-05-01"})):
			self.addCleanup(frappe.db.delete, doctype, filters)
		answers = at_once(*[lambda: jobs.run(AS_OF)] * 2)
		self.assertEqual(1, len(set(filter(None, answers))), answers)
