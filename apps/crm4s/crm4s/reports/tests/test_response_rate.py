import unittest

import pandas as pd

from crm4s.reports.response_rate import COUNTS, response_rate, total_of


def groups(*rows: tuple) -> pd.DataFrame:
	return pd.DataFrame(list(rows), columns=["key", *COUNTS, "hours"])


class TestResponseRate(unittest.TestCase):
	def test_by_hand(self):
		"""Of 200 by SMS 160 were reached and 40 answered: 25 %. Of the 4 low ones 2 loops are closed, after 10 and 20 hours."""
		frame = response_rate(groups(("WeChat", 50, 50, 30, 25, 5, 0, 0, 0), ("SMS", 200, 160, 60, 40, 100, 4, 2, 30)))
		self.assertEqual(["SMS", "WeChat"], list(frame["key"]))
		self.assertEqual([(80.0, 25.0, 15.0), (100.0, 50.0, 0.0)], list(frame[["sent_percent", "response_percent", "hours"]].itertuples(index=False, name=None)))

	def test_all_together_is_reckoned_from_the_counts(self):
		total = total_of(response_rate(groups(("A", 100, 100, 0, 50, 0, 1, 1, 10), ("B", 300, 100, 0, 10, 0, 3, 3, 90))))
		self.assertEqual((400, 50.0, 30.0, 25.0), tuple(total[name] for name in ("invited", "sent_percent", "response_percent", "hours")))

	def test_who_answered_without_a_message_was_reached(self):
		frame = response_rate(groups((None, 10, 0, 4, 4, 0, 0, 0, 0)))
		self.assertEqual(("", 40.0, 100.0), tuple(frame.iloc[0][["key", "sent_percent", "response_percent"]]))

	def test_nobody_invited_is_no_rate(self):
		frame = response_rate(groups())
		self.assertEqual(0, len(frame))
		self.assertEqual((0, 0.0), tuple(total_of(frame)[name] for name in ("invited", "response_percent")))
