"""What is known and grows old becomes a call: once, again when it is old anew, and no more a day than somebody can do."""

from datetime import date

import frappe

from crm4s.care.run import run_rule
from crm4s.care.tests.test_run import TODAY
from crm4s.care.tests.test_triggers import TriggerTestCase
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.messages.consent import Decision, note

CUSTOMER, TASK = "C4S Customer", "C4S Care Task"


class TestOldFiles(TriggerTestCase):
	def old(self, customer: str, **moments):
		frappe.db.set_value(CUSTOMER, customer, moments, update_modified=False)
		return customer

	def mine(self, rule, *customers: str, day: date = TODAY) -> list[str]:
		"""Which of these customers a rule finds; the site has others as well."""
		return [due.customer for due in self.found_on(rule, day) if due.customer in customers]

	def unconfirmed(self, created: str) -> str:
		number = f"1390013{frappe.db.count(CUSTOMER) % 10000:04d}"
		return self.old(self.customer(phones=[{"phone": number, "kind": "Mobile", "is_primary": 1}]), creation=created)

	def test_a_phone_that_nobody_confirmed_comes_up_once_in_so_many_months(self):
		rule = make_rule(trigger="Phone Not Confirmed", months=6)
		customer = self.unconfirmed("2026-01-10 09:00:00")
		self.assertEqual(([], [customer]), (self.mine(rule, customer, day=date(2026, 7, 9)), self.mine(rule, customer, day=date(2026, 7, 11))))
		self.assertEqual(["1", "2"], [self.occurrence(rule, customer, day) for day in (date(2026, 12, 30), date(2027, 1, 11))])
		frappe.db.set_value("C4S Customer Phone", {"parent": customer}, "is_verified", 1)
		self.assertEqual([], self.mine(rule, customer, day=date(2027, 1, 11)))

	def occurrence(self, rule, customer: str, day: date) -> str:
		return next(due.occurrence for due in self.found_on(rule, day) if due.customer == customer)

	def test_a_file_in_which_nobody_wrote(self):
		rule = make_rule(trigger="File Not Changed", months=24)
		customer = self.old(self.customer(), modified="2024-01-10 09:00:00")
		self.assertEqual([customer], self.mine(rule, customer))
		self.old(customer, modified="2026-01-10 09:00:00")
		self.assertEqual([], self.mine(rule, customer))

	def test_a_car_without_a_reading(self):
		rule = make_rule(trigger="No Reading for Months", months=12)
		car = self.car(odometer_read_on="2025-01-10")
		due = next(due for due in self.found_on(rule, TODAY) if due.vehicle == car.name)
		self.assertEqual((car.current_owner, "2025-01-10"), (due.customer, due.occurrence))
		frappe.db.set_value("C4S Vehicle", car.name, "status", "Scrapped")
		self.assertNotIn(car.name, [due.vehicle for due in self.found_on(rule, TODAY)])

	def test_a_consent_that_is_the_last_word_and_old(self):
		rule, customer = make_rule(trigger="Consent Is Old", months=24), self.customer()
		note([Decision(customer, "Given", "On Paper", "Offers and Events", decided_on="2024-01-10 09:00:00", evidence="paper")])
		self.assertEqual([customer], self.mine(rule, customer))
		note([Decision(customer, "Withdrawn", "Phone", "Offers and Events", decided_on="2025-01-10 09:00:00")])
		self.assertEqual([], self.mine(rule, customer))

	def test_the_rule_needs_its_months(self):
		with self.assertRaises(frappe.ValidationError):
			make_rule(trigger="Consent Is Old", months=0)

	def test_no_more_a_day_for_a_store_than_the_rule_says_and_the_rest_the_next_night(self):
		rule = make_rule(trigger="File Not Changed", months=24, most_a_day=2)
		for _number in range(3):
			self.old(self.customer(), modified="2024-01-10 09:00:00")
		frappe.db.set_value("C4S Care Rule", rule.name, "below_store", self.store)
		for day, in_all in ((date(2026, 11, 20), 2), (date(2026, 11, 20), 2), (date(2026, 11, 21), 3), (date(2026, 11, 22), 3)):
			run_rule(rule.name, day)
			self.assertEqual(in_all, frappe.db.count(TASK, {"rule": rule.name, "dealership": self.store}), day)
