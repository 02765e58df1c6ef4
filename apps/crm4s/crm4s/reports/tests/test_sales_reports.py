"""Worked examples of the sales reports, by hand."""

from datetime import date
from unittest import TestCase

import pandas as pd

from crm4s.reports import consultant_league, source_return, stock_age
from crm4s.reports.defeats import defeats
from crm4s.reports.drives import drives_by_key
from crm4s.reports.lead_response import lead_response


class TestConsultantLeague(TestCase):
	def setUp(self):
		leads = pd.DataFrame([("li", 10, 2, 8, 6), ("wang", 5, 0, 0, 0)], columns=["key", *consultant_league.LEADS])
		names = ["key", "delivered", "revenue", "list_price", "discount", "margin"]
		deals = pd.DataFrame([("wang", 2, 380_000, 400_000, 20_000, 9_000), ("li", 2, 390_000, 400_000, 10_000, 9_001)], columns=names)
		drives = pd.DataFrame([(None, 3)], columns=["key", "drives"])
		self.frame = consultant_league.league([leads, deals, drives])

	def test_most_cars_come_first_and_margin_decides_between_equals(self):
		self.assertEqual([(1, "li"), (2, "wang"), (3, "")], list(zip(self.frame["rank"], self.frame["key"])))

	def test_shares_are_none_where_nothing_can_be_divided(self):
		li, wang, nobody = self.frame.to_dict("records")
		self.assertEqual((75.0, 20.0, 2.5, 4500.5), tuple(li[name] for name in ("in_time_percent", "conversion_percent", "discount_percent", "margin_per_car")))
		self.assertEqual((None, 0.0), (wang["in_time_percent"], wang["conversion_percent"]))
		self.assertEqual((3, None, None), (nobody["drives"], nobody["conversion_percent"], nobody["margin_per_car"]))

	def test_all_together_is_of_the_sums(self):
		total = consultant_league.total_of(self.frame)
		self.assertEqual((15, 13.3, 4, 4500.25, 3.8), (total["leads"], total["conversion_percent"], total["delivered"], total["margin_per_car"], total["discount_percent"]))

	def test_equals_share_a_rank(self):
		deals = pd.DataFrame([("a", 1, 5.0), ("b", 1, 5.0), ("c", 0, 0.0)], columns=["key", "delivered", "margin"])
		self.assertEqual([1, 1, 3], list(consultant_league.league([deals])["rank"]))


class TestLeadResponse(TestCase):
	def test_a_lead_that_waits_beyond_its_time_is_not_in_time(self):
		group = {"key": "web", "leads": 10, "answered": 8, "in_time": 6, "late": 2, "waiting": 2, "overdue": 1, "within_15": 4, "within_60": 6}
		(row,) = lead_response([{**group, "response_median": 930, "response_p90": None}])
		self.assertEqual((66.7, 80.0, 50.0, 75.0, 15.5, None), tuple(row[name] for name in ("in_time_percent", "answered_percent", "within_15_percent", "within_60_percent", "response_median", "response_p90")))


class TestSourceReturn(TestCase):
	def setUp(self):
		leads = pd.DataFrame([("web", 100, 10, 40), ("walk-in", 20, 8, 5)], columns=["key", *source_return.LEADS])
		deals = pd.DataFrame([("web", 8, 1_600_000, 30_000), ("walk-in", 6, 1_200_000, 40_000)], columns=["key", *source_return.DEALS])
		self.frame = source_return.source_return([leads, deals], pd.DataFrame([("web", 12_000), ("fair", 500)], columns=["key", "cost"]))

	def test_cost_and_return_of_a_source(self):
		web = self.frame.set_index("key").loc["web"]
		self.assertEqual((10.0, 120.0, 1500.0, 18_000.0, 150.0), tuple(web[name] for name in ("conversion_percent", "cost_per_lead", "cost_per_car", "net_return", "return_percent")))

	def test_an_unknown_cost_is_not_nought(self):
		walk_in = self.frame.set_index("key").loc["walk-in"]
		self.assertEqual([None] * 5, [walk_in[name] for name in ("cost", "cost_per_lead", "cost_per_car", "net_return", "return_percent")])

	def test_what_was_paid_and_brought_nothing_shows(self):
		fair = self.frame.set_index("key").loc["fair"]
		self.assertEqual((0, 500.0, None, -500.0, -100.0), tuple(fair[name] for name in ("leads", "cost", "cost_per_lead", "net_return", "return_percent")))

	def test_the_return_of_all_leaves_out_whose_cost_nobody_knows(self):
		total = source_return.total_of(self.frame)
		self.assertEqual((120, 70_000, 12_500.0, 17_500.0, 140.0), tuple(total[name] for name in ("leads", "margin", "cost", "net_return", "return_percent")))


class TestDefeats(TestCase):
	def test_current_and_revived_defeats_of_a_reason_count_together(self):
		rows = defeats(
			[
				{"key": "price", "defeats": 3, "revived": 0, "days": 30},
				{"key": "price", "defeats": 1, "revived": 1, "days": 4},
				{"key": "stock", "defeats": 1, "revived": 0, "days": None},
			]
		)
		expected = {"key": "price", "defeats": 4, "share_percent": 80.0, "still_lost": 3, "revived": 1, "revived_percent": 25.0, "days": 8.5}
		self.assertEqual(expected, rows[0])
		self.assertEqual(("stock", 20.0, 0.0), (rows[1]["key"], rows[1]["share_percent"], rows[1]["days"]))


class TestDrives(TestCase):
	def test_rates_of_a_model(self):
		group = {"key": "m", "planned": 10, "done": 6, "no_show": 1, "cancelled": 1, "rated": 4, "rating": 17, "leads": 5, "won": 2, "open": 1}
		(row,) = drives_by_key([group])
		self.assertEqual((75.0, 12.5, 4.2, 40.0, 50.0), tuple(row[name] for name in ("done_percent", "no_show_percent", "rating", "conversion_percent", "decided_percent")))

	def test_nothing_is_divided_by_nothing(self):
		(row,) = drives_by_key([dict.fromkeys(("done", "no_show", "cancelled", "rated", "rating", "leads", "won", "open"), None) | {"key": "m", "planned": 1}])
		self.assertEqual([None] * 4, [row[name] for name in ("done_percent", "rating", "conversion_percent", "decided_percent")])


class TestStockAge(TestCase):
	def test_bands_end_with_their_last_day(self):
		self.assertEqual([0, 0, 1, 1, 2, 3, 4], [stock_age.band_of(days) for days in (0, 30, 31, 60, 90, 91, 181)])

	def test_money_and_days_by_key(self):
		since = [date(2001, 4, 30), date(2001, 1, 1), date(2001, 5, 2)]
		cars = pd.DataFrame({"key": ["a", "a", "b"], "since": since, "cost": [100_000.0, 50_000.5, 80_000.0], "allocated": [True, False, False]})
		a, b = stock_age.stock_age(stock_age.with_age(cars, date(2001, 4, 30)))
		self.assertEqual((2, 66.7, 1, 60, 119, 1, 50.0, 150_000.5), tuple(a[name] for name in ("cars", "share_percent", "allocated", "mean_days", "oldest_days", "old", "old_percent", "bound")))
		self.assertEqual((1, 0, 0), (b["cars"], b["oldest_days"], b["old"]))

	def test_an_empty_yard_has_no_mean(self):
		cars = pd.DataFrame({"days": [], "cost": [], "allocated": []})
		self.assertEqual((0, None, None, 0.0), tuple(stock_age.total_of(cars)[name] for name in ("cars", "mean_days", "old_percent", "bound")))
