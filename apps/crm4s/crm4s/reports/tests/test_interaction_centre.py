import unittest

import pandas as pd

from crm4s.reports.interaction_centre import COUNTS, figures, total_of


def row(key, *counts) -> dict:
	return {"key": key, **dict(zip(COUNTS, counts, strict=True))}


class TestFigures(unittest.TestCase):
	def test_by_hand(self):
		# Of ten calls two were missed; of the eight taken six were settled at once. Of five that were due four were answered in time.
		# Eight talks of 1,200 seconds together last 2.5 minutes each.
		frame = figures(pd.DataFrame([row("ann", 10, 3, 2, 6, 1, 5, 4, 8, 1200)]))
		found = frame.iloc[0]
		self.assertEqual((20.0, 75.0, 80.0, 2.5, 8), tuple(found[name] for name in ("missed_percent", "first_contact_percent", "in_time_percent", "talk_minutes", "taken")))

	def test_nothing_divided_is_nought(self):
		found = figures(pd.DataFrame([row(None, 1, 0, 1, 0, 0, 0, 0, 0, 0)])).iloc[0]
		self.assertEqual(("", 0.0, 0.0, 0.0), (found["key"], found["first_contact_percent"], found["in_time_percent"], found["talk_minutes"]))
		self.assertEqual(0, total_of(figures(pd.DataFrame([], columns=["key", *COUNTS])))["inbound"])

	def test_the_total_is_reckoned_from_counts_not_from_rates(self):
		frame = figures(pd.DataFrame([row("ann", 1, 0, 0, 1, 0, 1, 1, 1, 60), row("bob", 3, 0, 0, 0, 0, 1, 0, 3, 600)]))
		self.assertEqual((25.0, 50.0, 2.8), tuple(total_of(frame)[name] for name in ("first_contact_percent", "in_time_percent", "talk_minutes")))
