from unittest import TestCase

from crm4s.value.completeness import completeness_percent, missing_facts

WEIGHTS = {"primary_phone": 20, "birthday": 10, "education": 1, "hobby": 0}


class TestCompleteness(TestCase):
	def test_nothing_known_is_nought_and_everything_is_a_hundred(self):
		self.assertEqual(0, completeness_percent({}, WEIGHTS))
		self.assertEqual(100, completeness_percent(dict.fromkeys(WEIGHTS, "known"), WEIGHTS))
		self.assertEqual(100, completeness_percent({}, {}))

	def test_a_heavier_fact_counts_more_and_one_without_weight_nothing(self):
		self.assertGreater(completeness_percent({"primary_phone": "x"}, WEIGHTS), completeness_percent({"education": "x"}, WEIGHTS))
		self.assertEqual(0, completeness_percent({"hobby": "x"}, WEIGHTS))

	def test_all_but_one_small_fact_is_not_yet_a_hundred(self):
		self.assertEqual(96, completeness_percent(dict.fromkeys(WEIGHTS, "known") | {"education": ""}, WEIGHTS))

	def test_what_is_missing_comes_by_its_weight(self):
		self.assertEqual(["primary_phone", "education"], missing_facts({"birthday": "1990-01-01"}, WEIGHTS))
