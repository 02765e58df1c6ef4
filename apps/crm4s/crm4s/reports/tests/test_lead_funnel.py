import unittest

import pandas as pd

from crm4s.reports.lead_funnel import lead_funnel, total_of


def groups(*rows) -> pd.DataFrame:
	return pd.DataFrame(list(rows), columns=["key", "received", "contacted", "won", "lost"])


class TestLeadFunnel(unittest.TestCase):
	def test_conversion_is_won_of_received(self):
		row = lead_funnel(groups(("Walk-in", 8, 6, 1, 2))).iloc[0]
		self.assertEqual((5, 75.0, 12.5), (row.open, row.contacted_percent, row.conversion_percent))

	def test_sources_come_by_leads_most_first(self):
		self.assertEqual(["B", "A"], list(lead_funnel(groups(("A", 1, 0, 0, 0), ("B", 2, 0, 0, 0)))["key"]))

	def test_the_total_is_of_the_counts_and_not_of_the_percentages(self):
		total = total_of(lead_funnel(groups(("A", 1, 1, 1, 0), ("B", 9, 0, 0, 0))))
		self.assertEqual((10, 1, 10.0), (total["received"], total["won"], total["conversion_percent"]))

	def test_without_leads_everything_is_zero(self):
		self.assertEqual({0}, set(total_of(lead_funnel(groups())).values()))
