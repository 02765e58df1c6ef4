import unittest

import pandas as pd

from crm4s.reports.win_back import COUNTS, total_of, win_back

CASES = ["key", *COUNTS, "cost"]


def frame(rows: list, columns: list[str]) -> pd.DataFrame:
	return pd.DataFrame(rows, columns=columns)


class TestWinBack(unittest.TestCase):
	def test_a_worked_example(self):
		"""Of ten cases four were won, two ended: 40 % of all, 66.7 % of those that are over."""
		cases = frame([("a", 10, 8, 4, 2, 1, 300.0), ("b", 2, 0, 0, 2, 0, 0.0)], CASES)
		table = win_back(cases, frame([("a", 50.25)], ["key", "cost"]), frame([("a", 1200.5)], ["key", "revenue"]))
		first, second = table.to_dict("records")
		self.assertEqual((4, 40.0, 66.7, 350.25, 1200.5), tuple(first[name] for name in ("open", "win_back_percent", "decided_percent", "cost", "revenue")))
		self.assertEqual((0, 0.0, 0.0, 0.0, 0.0), tuple(second[name] for name in ("open", "win_back_percent", "decided_percent", "cost", "revenue")))
		total = total_of(table)
		self.assertEqual((12, 4, 33.3, 50.0), tuple(total[name] for name in ("opened", "open", "win_back_percent", "decided_percent")))

	def test_nothing_is_nothing(self):
		table = win_back(frame([], CASES), frame([], ["key", "cost"]), frame([], ["key", "revenue"]))
		self.assertEqual((0, 0), (len(table), total_of(table)["opened"]))

	def test_cases_without_a_key_are_counted_as_such(self):
		table = win_back(frame([(None, 1, 0, 0, 0, 0, 0.0), ("", 2, 0, 0, 0, 0, 0.0)], CASES), frame([], ["key", "cost"]), frame([], ["key", "revenue"]))
		self.assertEqual([("", 3)], list(zip(table["key"], table["opened"], strict=True)))
