import unittest

from crm4s.reports.audit_gaps import gaps_by_key
from crm4s.reports.complaint_handling import COUNTS, handling
from crm4s.reports.message_outcomes import outcomes

DAY = 86_400


class TestComplaintHandling(unittest.TestCase):
	def test_what_follows_from_the_counts(self):
		"""Ten complaints: 6 of 8 answered and 3 of 4 resolved in time, 4 of 5 content with ratings of 19 in all."""
		counts = {"received": 10, "response_due": 8, "response_in_time": 6, "resolution_due": 4, "resolution_in_time": 3, "reopened": 1, "escalated": 2, "rated": 5, "satisfied": 4, "rating_sum": 19}
		row, = handling([{"key": "A", **dict.fromkeys(COUNTS, 0), **counts, "compensation": 350.5, "loop_median": 2.5 * DAY, "loop_p90": None}])
		figures = ("response_percent", "resolution_percent", "reopened_percent", "escalated_percent", "satisfied_percent", "rating", "loop_days", "loop_days_p90", "compensation")
		self.assertEqual((75.0, 75.0, 10.0, 20.0, 80.0, 3.8, 2.5, None, 350.5), tuple(row[name] for name in figures))

	def test_nothing_due_is_no_percentage(self):
		row, = handling([{"key": "", **dict.fromkeys(COUNTS, 0), "compensation": None, "loop_median": None, "loop_p90": None}])
		self.assertEqual((None, None, None, 0.0), (row["response_percent"], row["rating"], row["loop_days"], row["compensation"]))


class TestAuditGaps(unittest.TestCase):
	def test_points_are_weighted_and_most_gaps_come_first(self):
		rating = lambda key, audit, points, weight, actions=0: {"key": key, "audit": audit, "points": points, "weight": weight, "is_gap": points < 600, "actions": actions, "open_actions": actions}
		rows = gaps_by_key([rating("A", "1", 1000, 1), rating("A", "1", 200, 3), rating("B", "1", 0, 1), rating("B", "2", 500, 1, 2)])
		self.assertEqual(["B", "A"], [row["key"] for row in rows])
		self.assertEqual((2, 2, 250.0, 2, 100.0, 1, 2), tuple(rows[0][name] for name in ("audits", "answers", "points", "gaps", "gap_percent", "without_action", "open_actions")))
		self.assertEqual((400.0, 50.0), (rows[1]["points"], rows[1]["gap_percent"]))


class TestMessageOutcomes(unittest.TestCase):
	def test_what_became_of_them_what_it_cost_and_what_followed(self):
		"""100 asked for, 10 wait; of 72 sent 36 were received; 8 failed, 10 were held back; 6 of the customers booked."""
		row, = outcomes([{"key": "SMS", "asked": 100, "waiting": 10, "sent": 72, "received": 36, "failed": 8, "suppressed": 10, "without_consent": 4, "cost": 3.6}, {"key": "SMS", "booked": 6}])
		figures = ("sent_percent", "received_percent", "failed_percent", "booked_percent", "cost", "cost_each", "cost_per_booking")
		self.assertEqual((80.0, 50.0, 10.0, 8.3, 3.6, 0.05, 0.6), tuple(row[name] for name in figures))
		self.assertEqual((100, 4, 6), (row["asked"], row["without_consent"], row["booked"]))

	def test_what_was_never_sent_cost_nothing_each(self):
		row, = outcomes([{"key": "", "asked": 2, "suppressed": 2}])
		self.assertEqual((0.0, None, None, None), (row["sent_percent"], row["received_percent"], row["cost_each"], row["cost_per_booking"]))
