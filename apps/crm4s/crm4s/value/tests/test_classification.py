from datetime import date
from unittest import TestCase

import pandas as pd

from crm4s.value.classification import CLASSES, FACTS, PURCHASES, Limits, classify, service_facts, summarise_purchases

TODAY = date(2026, 6, 30)
LIMITS = Limits(
	new_customer_days=365,
	replacement_window_days=180,
	high_spending_from=10_000,
	middle_spending_from=3_000,
	high_value_from=4_000,
	middle_value_from=1_000,
	loyal_visits_per_year=2,
	disloyal_after_days=365,
)


def facts_of(**customers: dict) -> pd.DataFrame:
	"""One row a keyword; what is not given is nothing."""
	empty = {
		"customer_kind": "Private", "purchase_purpose": None, "first_visit_on": None, "last_visit_on": None, "visits_of_year": None,
		"spent_in_year": None, "margin_of_year": None, "open_complaints": None, "open_leads": None,
	}
	frame = pd.DataFrame([empty | facts for facts in customers.values()], index=list(customers), columns=list(FACTS))
	for column in ("first_visit_on", "last_visit_on"):
		frame[column] = pd.to_datetime(frame[column])
	for column in ("visits_of_year", "spent_in_year", "margin_of_year", "open_complaints", "open_leads"):
		frame[column] = frame[column].astype(float)
	return frame


def purchases_of(*rows: tuple) -> pd.DataFrame:
	"""Rows of customer, bought_on, given_up_on and whether the car was used."""
	frame = pd.DataFrame(list(rows), columns=list(PURCHASES))
	for column in ("bought_on", "given_up_on"):
		frame[column] = pd.to_datetime(frame[column])
	frame["is_used"] = frame["is_used"].astype(bool)
	return frame


def classes_of(facts: dict, *purchases: tuple) -> dict:
	return classify(facts_of(c=facts), purchases_of(*[("c", *row) for row in purchases]), LIMITS, TODAY).loc["c"].to_dict()


class TestClassification(TestCase):
	def test_every_customer_gets_every_class_also_where_nothing_is_known(self):
		result = classify(facts_of(a={}, b={}), purchases_of(), LIMITS, TODAY)
		self.assertEqual((["a", "b"], list(CLASSES)), (list(result.index), list(result.columns)))
		self.assertEqual(
			{**dict.fromkeys(CLASSES, ""), "age_class": "Potential Customer", "use_class": "Home"}, result.loc["a"].to_dict()
		)

	def test_no_customers_at_all(self):
		self.assertEqual(0, len(classify(facts_of(), purchases_of(), LIMITS, TODAY)))

	def test_potential_new_and_old(self):
		for facts, purchases, expected in (
			({}, [], "Potential Customer"),
			({"first_visit_on": "2025-06-30"}, [], "New Customer"),
			({"first_visit_on": "2025-06-29"}, [], "Old Customer"),
			({}, [("2026-01-01", None, False)], "New Customer"),
			({"first_visit_on": "2026-01-01"}, [("2020-01-01", None, False)], "Old Customer"),
			({}, [(None, None, False)], "Old Customer"),
		):
			with self.subTest(expected, facts=facts):
				self.assertEqual(expected, classes_of(facts, *purchases)["age_class"])

	def test_one_and_several_purchases(self):
		self.assertEqual("One Purchase", classes_of({}, ("2020-01-01", None, False))["purchase_class"])
		two = [("2020-01-01", "2024-01-01", False), ("2024-01-01", None, False)]
		self.assertEqual("Several Purchases", classes_of({}, *two)["purchase_class"])

	def test_first_replacement_additional_and_used_buyer(self):
		for purchases, expected in (
			([("2024-01-01", None, False)], "First Buyer"),
			([("2024-01-01", None, True)], "Used Car Buyer"),
			([("2020-01-01", "2023-12-20", False), ("2024-01-01", None, False)], "Replacement Buyer"),
			([("2020-01-01", "2024-06-29", False), ("2024-01-01", None, False)], "Replacement Buyer"),
			([("2020-01-01", "2024-06-30", False), ("2024-01-01", None, False)], "Additional Buyer"),
			([("2020-01-01", None, False), ("2024-01-01", None, False)], "Additional Buyer"),
			([("2024-01-01", None, False), ("2020-01-01", None, True)], "Additional Buyer"),
			([("2020-01-01", None, False), ("2024-01-01", None, True)], "Used Car Buyer"),
		):
			with self.subTest(expected, purchases=purchases):
				self.assertEqual(expected, classes_of({}, *purchases)["buyer_class"])

	def test_use_is_what_was_said_or_else_follows_from_the_kind(self):
		for kind, said, expected in (
			("Private", None, "Home"), ("Private", "Commercial", "Commercial"), ("Private", "", "Home"),
			("Company", None, "Business"), ("Government", None, "Business"), ("Taxi", None, "Commercial"), ("Rental", None, "Commercial"),
			("Distributor", "Home", "Home"),
		):
			with self.subTest(kind, said=said):
				self.assertEqual(expected, classes_of({"customer_kind": kind, "purchase_purpose": said})["use_class"])

	def test_spending_and_value_begin_at_their_limits(self):
		for amount, spending, value in (
			(10_000, "High", "High"), (9_999.99, "Middle", "High"), (3_000, "Middle", "Middle"), (999.99, "Low", "Low"), (None, "Low", "Low"),
		):
			classes = classes_of({"first_visit_on": "2026-01-01", "spent_in_year": amount, "margin_of_year": amount})
			self.assertEqual((spending, value), (classes["spending_level"], classes["value_level"]), amount)

	def test_a_loss_is_low_value(self):
		self.assertEqual("Low", classes_of({"first_visit_on": "2026-01-01", "margin_of_year": -50})["value_level"])

	def test_loyal_potentially_loyal_and_disloyal(self):
		for visits, last_visit, purchases, expected in (
			(2, "2026-06-01", [], "Loyal"),
			(1, "2025-06-30", [], "Potentially Loyal"),
			(0, "2025-06-29", [], "Disloyal"),
			(0, None, [("2026-06-01", None, False)], "Potentially Loyal"),
			(0, None, [("2024-06-01", None, False)], "Disloyal"),
		):
			with self.subTest(expected, last_visit=last_visit):
				facts = {"first_visit_on": last_visit, "last_visit_on": last_visit, "visits_of_year": visits}
				self.assertEqual(expected, classes_of(facts, *purchases)["loyalty_class"])

	def test_a_complaint_comes_before_a_lead_and_a_lead_before_maintenance(self):
		car = ("2024-01-01", None, False)
		self.assertEqual("Complaint", classes_of({"open_complaints": 1, "open_leads": 1}, car)["service_need_class"])
		self.assertEqual("Buying a Car", classes_of({"open_leads": 1}, car)["service_need_class"])
		self.assertEqual("Maintenance", classes_of({}, car)["service_need_class"])
		self.assertEqual("", classes_of({}, ("2020-01-01", "2024-01-01", False))["service_need_class"])

	def test_customers_do_not_mix(self):
		purchases = purchases_of(("a", "2020-01-01", None, False), ("b", "2024-01-01", None, True), ("a", "2024-01-01", None, False))
		result = classify(facts_of(b={}, a={}, c={}), purchases, LIMITS, TODAY)["buyer_class"]
		self.assertEqual({"b": "Used Car Buyer", "a": "Additional Buyer", "c": ""}, result.to_dict())

	def test_cars_owned_are_counted(self):
		summary = summarise_purchases(purchases_of(("a", "2020-01-01", "2024-01-01", False), ("a", "2024-01-01", None, False)), 180)
		self.assertEqual((2, 1), (summary.loc["a", "count"], summary.loc["a", "owned"]))


class TestServiceFacts(TestCase):
	def facts_of(self, visits, first_on, last_visit_on, total_spent) -> dict:
		frame = pd.DataFrame(
			{
				"visits": [visits], "first_on": pd.to_datetime([first_on]), "last_visit_on": pd.to_datetime([last_visit_on]),
				"total_spent": [total_spent],
			},
			index=["c"],
		)
		return service_facts(frame).loc["c"].to_dict()

	def test_the_interval_is_the_time_between_first_and_last_visit_over_the_gaps(self):
		facts = self.facts_of(3.0, "2026-01-01", "2026-04-01", 1500.005)
		self.assertEqual((3, 45, "2026-04-01"), (facts["service_count"], facts["average_visit_interval_days"], str(facts["last_visit_on"].date())))

	def test_one_visit_has_no_interval(self):
		self.assertEqual(0, self.facts_of(1.0, "2026-01-01", "2026-01-01", 10)["average_visit_interval_days"])

	def test_a_customer_without_visits_has_nought(self):
		facts = self.facts_of(float("nan"), None, None, float("nan"))
		self.assertEqual((0, 0, 0), (facts["service_count"], facts["average_visit_interval_days"], facts["total_spent"]))
		self.assertTrue(pd.isna(facts["last_visit_on"]))
