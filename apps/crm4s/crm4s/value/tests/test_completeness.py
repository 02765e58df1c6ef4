from unittest import TestCase

from crm4s.value.completeness import ORGANISATION_WEIGHTS, PERSON_WEIGHTS, completeness_percent


class TestCompleteness(TestCase):
	def test_nothing_known_is_nought_and_everything_is_a_hundred(self):
		for is_organisation, weights in ((False, PERSON_WEIGHTS), (True, ORGANISATION_WEIGHTS)):
			self.assertEqual(0, completeness_percent({}, is_organisation))
			self.assertEqual(100, completeness_percent(dict.fromkeys(weights, "known"), is_organisation))

	def test_a_heavier_fact_counts_more(self):
		self.assertGreater(completeness_percent({"primary_phone": "x"}, False), completeness_percent({"education": "x"}, False))

	def test_what_only_a_person_has_does_not_count_for_an_organisation(self):
		self.assertEqual(0, completeness_percent({"occupation": "x", "sex": "x", "has_birthday": True}, True))

	def test_all_but_one_small_fact_is_not_yet_a_hundred(self):
		facts = dict.fromkeys(PERSON_WEIGHTS, "known") | {"education": ""}
		self.assertEqual(99, completeness_percent(facts, False))
