import unittest
from decimal import Decimal

from crm4s.value.quotations import differences

CAR = ("Car", "云驰 X", 198_800)


class TestDifferences(unittest.TestCase):
	def rows(self, before, after) -> list[tuple]:
		return [(row.description, row.change, row.before, row.after) for row in differences(before, after)]

	def test_what_stayed_changed_came_and_went(self):
		before = [CAR, ("Discount", "优惠", -3000), ("Customisation", "脚垫", 680)]
		after = [CAR, ("Discount", "优惠", -5000), ("Service", "保险", 5200.5)]
		self.assertEqual(
			[
				("云驰 X", "Same", Decimal(198_800), Decimal(198_800)),
				("优惠", "Changed", Decimal(-3000), Decimal(-5000)),
				("保险", "Added", None, Decimal("5200.50")),
				("脚垫", "Removed", Decimal(680), None),
			],
			self.rows(before, after),
		)

	def test_a_line_that_stands_twice_is_compared_by_its_sum(self):
		self.assertEqual("Same", self.rows([("Service", "代办", 200)], [("Service", "代办", 150), ("Service", "代办", 50)])[0][1])
