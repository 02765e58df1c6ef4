import unittest

from crm4s.value.capitals import in_capitals


class TestCapitals(unittest.TestCase):
	def test_the_examples_of_the_rules_for_bills(self):
		for amount, said in (
			(1409.5, "壹仟肆佰零玖元伍角整"),
			(6007.14, "陆仟零柒元壹角肆分"),
			(1680.32, "壹仟陆佰捌拾元叁角贰分"),
			(107000.53, "壹拾万零柒仟元伍角叁分"),
			(16409.02, "壹万陆仟肆佰零玖元零贰分"),
			(325.04, "叁佰贰拾伍元零肆分"),
		):
			self.assertEqual(said, in_capitals(amount))

	def test_zeros_are_said_once_and_only_between_figures(self):
		for amount, said in (
			(0, "零元整"),
			(10, "壹拾元整"),
			(0.5, "伍角整"),
			(0.05, "伍分"),
			(100_000_000, "壹亿元整"),
			(100_010_001, "壹亿零壹万零壹元整"),
			(1_000_000_001, "壹拾亿零壹元整"),
		):
			self.assertEqual(said, in_capitals(amount))

	def test_it_is_rounded_as_amounts_are(self):
		self.assertEqual("壹元零壹分", in_capitals("1.005"))

	def test_what_no_bill_says_is_refused(self):
		for amount in (-0.01, 10**12):
			self.assertRaises(ValueError, in_capitals, amount)
