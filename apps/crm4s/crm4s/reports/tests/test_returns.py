import unittest

import numpy as np
import pandas as pd

from crm4s.reports import churn, service_nodes
from crm4s.reports.returns import COUNTS, KEYS, add_up, count_returns, month_number, month_start

COLUMNS = ["vehicle", "day", "dealership", "model"]


def frame(*rows: tuple) -> pd.DataFrame:
	made = pd.DataFrame([row if len(row) == 4 else (*row, "Camry") for row in rows], columns=COLUMNS)
	return made.assign(day=made["day"].to_numpy("datetime64[D]").astype(np.int64)) if len(made) else made.astype({"day": np.int64})


def number(month: str) -> int:
	return int(month_number(np.array([f"{month}-01"], "datetime64[D]"))[0])


def figure(counts: pd.DataFrame, name: str, **keys) -> int:
	for key, value in keys.items():
		counts = counts[counts[key] == (number(value) if key == "month" else value)]
	return int(counts[name].sum())


class TestReturns(unittest.TestCase):
	def test_a_car_counts_once_a_month_in_the_store_in_which_it_was_last(self):
		counts = count_returns(frame(("car", "2001-01-03", "A"), ("car", "2001-01-20", "B")), frame())
		self.assertEqual((0, 1), (figure(counts, "cars", dealership="A"), figure(counts, "cars", dealership="B")))

	def test_it_is_back_from_the_month_in_which_it_is_seen_again_wherever(self):
		counts = count_returns(frame(("car", "2001-01-31", "A"), ("car", "2001-05-01", "B")), frame())
		january = {"month": "2001-01", "dealership": "A"}
		self.assertEqual((0, 1, 1), tuple(figure(counts, name, **january) for name in ("back_3", "back_6", "back_24")))
		self.assertEqual(0, figure(counts, "back_24", month="2001-05"))

	def test_visits_within_a_week_are_one_service_but_the_car_was_seen_again(self):
		days = ("2001-01-30", "2001-02-02", "2001-02-06", "2001-02-12")
		counts = count_returns(frame(*(("car", day, "A") for day in days)), frame())
		# The 6th of February is a week after the 30th of January, the 12th follows on the 6th.
		self.assertEqual({1: 1, 2: 1}, counts.groupby("node")["node_cars"].sum().to_dict())
		self.assertEqual(1, figure(counts, "back_3", month="2001-01"))

	def test_the_delivery_is_the_node_before_the_first_service_unless_the_car_was_here_before(self):
		visits = frame(("new", "2001-06-10", "A"), ("old", "2001-01-10", "A"))
		counts = count_returns(visits, frame(("new", "2001-01-05", "B"), ("old", "2001-02-05", "B"), ("gone", "2001-01-09", "B")))
		self.assertEqual((2, 0, 1), tuple(figure(counts, name, node=0, dealership="B") for name in ("node_cars", "next_3", "next_6")))

	def test_the_tenth_service_and_all_after_are_one_node(self):
		visits = frame(*(("car", f"{2001 + turn}-01-01", "A") for turn in range(12)))
		self.assertEqual(3, figure(count_returns(visits, frame()), "node_cars", node=10))

	def test_cars_counted_apart_add_up_to_all_of_them_in_any_order(self):
		rows = [(f"car{turn % 7}", f"2001-{turn % 12 + 1:02}-{turn % 28 + 1:02}", "AB"[turn % 2]) for turn in range(60)]
		halves = [count_returns(frame(*[row for row in rows if (row[0] < "car3") == half]), frame()) for half in (True, False)]
		whole = count_returns(frame(*reversed(rows)), frame())
		pd.testing.assert_frame_equal(whole.sort_values(KEYS, ignore_index=True), add_up(halves).sort_values(KEYS, ignore_index=True))

	def test_nothing_gives_nothing(self):
		self.assertEqual([*KEYS, *COUNTS], list(count_returns(frame(), frame()).columns))

	def test_months_have_numbers(self):
		self.assertEqual("2001-12-01", month_start(number("2001-12")))


class TestChurn(unittest.TestCase):
	def counts(self) -> pd.DataFrame:
		"""Four cars in January: one comes in April, one in July, one in August, one never."""
		rows = [(name, "2001-01-10", "A", "Camry") for name in "abcd"]
		rows += [("a", "2001-04-01", "A", "Camry"), ("b", "2001-07-31", "A", "Camry"), ("c", "2001-08-01", "A", "Camry")]
		return count_returns(frame(*rows), frame())

	def test_churn_of_july_with_six_months_is_who_was_here_in_january_and_not_since(self):
		losses = churn.with_losses(self.counts(), usual=6)
		july = churn.churn(losses, "told").set_index("key").loc[number("2001-07")]
		self.assertEqual((4, 2, 2, 50.0), (july["cars"], july["kept"], july["lost"], july["churn_percent"]))

	def test_a_model_s_own_window_comes_first(self):
		losses = churn.with_losses(self.counts(), usual=6, windows={"Camry": 3})
		april = churn.churn(losses, "told").set_index("key").loc[number("2001-04")]
		self.assertEqual((4, 1, 75.0), (april["cars"], april["kept"], april["churn_percent"]))

	def test_all_together_have_the_rate_of_all(self):
		losses = churn.churn(churn.with_losses(self.counts(), usual=6), "told")
		# January's two, and the three cars that came once more and never again.
		self.assertEqual({"cars": 7, "kept": 2, "lost": 5, "churn_percent": 71.4}, churn.total_of(losses))

	def test_a_cohort_tells_only_what_is_over(self):
		january = churn.cohorts(self.counts(), number("2001-09")).iloc[0]
		self.assertEqual((4, 25.0, 50.0), (january["cars"], january["back_3"], january["back_6"]))
		self.assertTrue(np.isnan(january["back_9"]))

	def test_no_cars_lose_nobody(self):
		nothing = churn.with_losses(count_returns(frame(), frame()), usual=6)
		self.assertEqual(0, churn.total_of(churn.churn(nothing, "told"))["churn_percent"])


class TestServiceNodes(unittest.TestCase):
	def test_share_of_those_who_came_to_the_next_service(self):
		visits = frame(("a", "2001-03-01", "A"), ("a", "2001-09-01", "A"), ("b", "2001-03-01", "A"), ("c", "2001-03-01", "A"))
		deliveries = frame(*((name, "2001-01-01", "A") for name in "abcd"))
		nodes = service_nodes.retention(count_returns(visits, deliveries), window=6, last_month=number("2001-12"))
		self.assertEqual([(4, 3, 75.0, 75.0), (3, 1, 33.3, 25.0)], list(nodes[["cars", "came", "came_percent", "reach_percent"]].head(2).itertuples(index=False, name=None)))

	def test_who_still_has_time_does_not_count(self):
		visits = frame(("a", "2001-03-01", "A"), ("b", "2001-07-01", "A"))
		nodes = service_nodes.retention(count_returns(visits, frame()), window=6, last_month=number("2001-12"))
		self.assertEqual((1, 1), (nodes["cars"][1], nodes["missed"][1]))
