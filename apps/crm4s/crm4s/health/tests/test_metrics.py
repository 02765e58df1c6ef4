"""What Prometheus reads."""

import unittest

from prometheus_client.parser import text_string_to_metric_families

from crm4s.health.metrics import METRICS, as_text


class TestMetrics(unittest.TestCase):
	def read(self, figures: dict) -> dict:
		return {family.name: family for family in text_string_to_metric_families(as_text(figures).decode())}

	def test_every_metric_is_described_and_a_figure_has_its_labels(self):
		found = self.read({"crm4s_up": {("cache",): 1, ("queue",): 0}, "crm4s_messages_due": {(): 7}})
		self.assertEqual(list(METRICS), list(found))
		self.assertEqual([({"part": "cache"}, 1), ({"part": "queue"}, 0)], [(sample.labels, sample.value) for sample in found["crm4s_up"].samples])
		self.assertEqual([({}, 7)], [(sample.labels, sample.value) for sample in found["crm4s_messages_due"].samples])

	def test_what_is_not_known_has_no_line(self):
		self.assertEqual([], self.read({})["crm4s_last_backup_timestamp_seconds"].samples)

	def test_a_figure_that_is_no_metric_is_an_error_of_ours(self):
		with self.assertRaisesRegex(ValueError, "crm4s_moon"):
			as_text({"crm4s_moon": {(): 1}})
