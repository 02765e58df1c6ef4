from unittest import TestCase

from crm4s.reports.crosstab import crosstab

GROUPS = [
	{"key": "a", "across": "x", "count": 1},
	{"key": "a", "across": "y", "count": 4},
	{"key": "b", "across": "y", "count": 6},
	{"key": "b", "across": "z", "count": 2},
]


class TestCrosstab(TestCase):
	def test_the_biggest_come_first_and_empty_cells_stay_empty(self):
		table = crosstab(GROUPS, ["count"], lambda sums: int(sums["count"]))
		self.assertEqual(["y", "z", "x"], table.across)
		expected = [
			{"key": "b", "total": 8, "cell_0": 6, "cell_1": 2, "cell_2": None},
			{"key": "a", "total": 5, "cell_0": 4, "cell_1": None, "cell_2": 1},
		]
		self.assertEqual(expected, table.rows)

	def test_what_does_not_fit_is_gathered(self):
		table = crosstab(GROUPS, ["count"], lambda sums: int(sums["count"]), most=1)
		self.assertEqual(([6, 4], [2, 1]), ([row["cell_0"] for row in table.rows], [row["cell_rest"] for row in table.rows]))
		self.assertTrue(table.has_rest)

	def test_months_stand_in_their_order(self):
		self.assertEqual(["x", "y", "z"], crosstab(GROUPS, ["count"], lambda sums: 0, in_order=True).across)

	def test_averages_come_of_sums_and_not_of_averages(self):
		groups = [{"key": "a", "across": "x", "count": 1, "amount": 100}, {"key": "a", "across": "y", "count": 3, "amount": 600}]
		table = crosstab(groups, ["count", "amount"], lambda sums: sums["amount"] / sums["count"])
		self.assertEqual(175, table.rows[0]["total"])
