import unittest

from crm4s.value.comparison import Fact, Row, compare


class TestComparison(unittest.TestCase):
	def test_models_stand_side_by_side_and_differences_are_marked(self):
		rows = compare(
			[
				[Fact("Figures", "Seats", "5"), Fact("Size", "Length", "4718", "mm")],
				[Fact("Figures", "Seats", "5"), Fact("Size", "Length", "4885", "mm")],
			]
		)
		self.assertEqual([Row("Figures", "Seats", ("5", "5"), False), Row("Size", "Length", ("4718 mm", "4885 mm"), True)], rows)

	def test_what_a_model_does_not_say_is_a_dash_and_differs(self):
		rows = compare([[Fact("Figures", "Range", "430", "km")], [Fact("Figures", "Range", "")], []])
		self.assertEqual([Row("Figures", "Range", ("430 km", "–", "–"), True)], rows)

	def test_a_group_stays_in_one_piece(self):
		rows = compare([[Fact("A", "1", "x"), Fact("B", "1", "x")], [Fact("A", "2", "x")]])
		self.assertEqual(["A", "A", "B"], [row.group for row in rows])

	def test_one_model_alone_does_not_differ(self):
		self.assertFalse(compare([[Fact("A", "1", "x")]])[0].differs)
