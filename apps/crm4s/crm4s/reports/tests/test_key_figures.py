import unittest

from crm4s.reports.key_figures import LESS, MONEY, PERCENT, POINTS, Figure, change, lines, value_of

SECTIONS = {
	"Service": (
		Figure("Workshop Visits", "visits", "workshop_visits"),
		Figure("Amount per Workshop Visit", "visits", "workshop_amount", "workshop_visits", MONEY),
		Figure("Comebacks", "visits", "comebacks", "workshop_visits", PERCENT, LESS),
	),
	"Complaints": (Figure("Complaints Received", "complaints", "complaints"),),
}


class TestValue(unittest.TestCase):
	def test_a_count_a_share_an_average_and_money(self):
		amounts = {"visits": 8, "late": 3, "amount": 1000.005}
		self.assertEqual(8, value_of(Figure("Visits", "s", "visits"), amounts))
		self.assertEqual(37.5, value_of(Figure("Late", "s", "late", "visits", PERCENT), amounts))
		self.assertEqual(125.0, value_of(Figure("Each", "s", "amount", "visits", MONEY), amounts))
		self.assertEqual(0.4, value_of(Figure("Score", "s", "late", "visits", POINTS), amounts))

	def test_a_share_of_nothing_is_no_figure(self):
		self.assertIsNone(value_of(Figure("Late", "s", "late", "visits", PERCENT), {"late": 0, "visits": 0}))
		self.assertIsNone(value_of(Figure("Visits", "s", "visits"), None))


class TestChange(unittest.TestCase):
	def test_counts_and_money_change_by_per_cent_shares_and_points_by_their_difference(self):
		self.assertEqual(25.0, change("Count", 10, 8))
		self.assertEqual(-12.5, change(MONEY, 700, 800))
		self.assertEqual(-2.5, change(PERCENT, 37.5, 40.0))
		self.assertEqual(12.3, change(POINTS, 812.3, 800.0))

	def test_what_came_from_nothing_has_no_percentage(self):
		self.assertIsNone(change("Count", 3, 0))
		self.assertIsNone(change(PERCENT, 3.0, None))


class TestLines(unittest.TestCase):
	def test_a_store_s_ten_days_beside_those_before_and_those_of_last_year(self):
		"""Ten days with 40 visits for 32,000, 2 of them comebacks; 32 for 24,000 before; nothing a year ago."""
		now = {"visits": {"workshop_visits": 40, "workshop_amount": 32000, "comebacks": 2}}
		before = {"visits": {"workshop_visits": 32, "workshop_amount": 24000, "comebacks": 0}}
		found = {line["figure"].name: line for line in lines(SECTIONS, [now, before, {"visits": {}}])}
		self.assertEqual({"Workshop Visits", "Amount per Workshop Visit", "Comebacks"}, set(found))
		measured = lambda name: tuple(found[name][part] for part in ("now", "before", "change", "year_before", "year_change"))
		self.assertEqual((40, 32, 25.0, 0, None), measured("Workshop Visits"))
		self.assertEqual((800.0, 750.0, 6.7, None, None), measured("Amount per Workshop Visit"))
		self.assertEqual((5.0, 0.0, 5.0, None, None), measured("Comebacks"))
