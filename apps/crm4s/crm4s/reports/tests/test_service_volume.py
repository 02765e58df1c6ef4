import unittest

import pandas as pd

from crm4s.reports.service_volume import service_volume


def groups(*rows) -> pd.DataFrame:
	return pd.DataFrame(list(rows), columns=["key", "visits", "customers", "amount"])


class TestServiceVolume(unittest.TestCase):
	def test_the_amount_per_visit_is_to_the_cent(self):
		row = service_volume(groups(("A", 3, 2, 100.0))).iloc[0]
		self.assertEqual((3, 2, 100.0, 33.33), (row.visits, row.customers, row.amount, row.amount_per_visit))

	def test_groups_come_by_visits_most_first(self):
		self.assertEqual(["B", "A"], list(service_volume(groups(("A", 1, 1, 9.0), ("B", 2, 1, 1.0)))["key"]))

	def test_a_period_without_visits_shows_zero(self):
		frame = service_volume(groups(("2026-02", 1, 1, 5.0)), ["2026-01", "2026-02"])
		rows = frame[["key", "visits", "amount_per_visit"]].values.tolist()
		self.assertEqual([["2026-01", 0, 0.0], ["2026-02", 1, 5.0]], rows)

	def test_no_visits_at_all_give_no_rows(self):
		self.assertTrue(service_volume(groups()).empty)

	def test_what_has_no_key_is_shown_without_one(self):
		self.assertEqual([""], list(service_volume(groups((None, 1, 1, 1.0)))["key"]))
