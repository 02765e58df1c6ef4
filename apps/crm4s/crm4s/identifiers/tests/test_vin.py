import unittest

from hypothesis import given
from hypothesis import strategies as st

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.tests import PROPERTY
from crm4s.identifiers.vin import has_valid_check_digit, model_year_candidates, normalise_vin, vin_check_digit

# Published examples of 49 CFR 565 numbers, the first with an X.
VALID = ("1M8GDM9AXKP042788", "1HGCM82633A004352", "5GZCZ43D13S812715", "11111111111111111")

vins = st.from_regex(r"[A-HJ-NPR-Z0-9]{17}", fullmatch=True)


class AVin(unittest.TestCase):
	def test_loses_blanks_hyphens_full_width_and_small_letters(self):
		self.assertEqual(normalise_vin(" 1m8-gdm9a ｘｋｐ０４２７８８\u200b"), "1M8GDM9AXKP042788")

	@PROPERTY
	@given(vins)
	def test_that_is_normal_stays_as_it_is(self, vin):
		self.assertEqual(normalise_vin(vin), vin)
		self.assertEqual(normalise_vin(f" {vin[:3].lower()}-{vin[3:]} "), vin)

	def test_of_the_wrong_length_is_refused_with_its_length(self):
		with self.assertRaises(Problem) as caught:
			normalise_vin("1M8GDM9AXKP04278")
		self.assertEqual(str(caught.exception), "VIN must have 17 characters, but 1M8GDM9AXKP04278 has 16.")

	def test_with_i_o_or_q_is_refused_with_the_digit_it_probably_is(self):
		for letter, digit in (("I", "1"), ("O", "0"), ("Q", "0")):
			with self.assertRaises(Problem) as caught:
				normalise_vin(f"1M8{letter}DM9AXKP042788")
			self.assertEqual(
				str(caught.exception),
				f"VIN never contains the letters I, O and Q, but 1M8{letter}DM9AXKP042788 has {letter} at position 4; "
				f"it is probably the digit {digit}.",
			)

	def test_with_another_sign_is_refused_with_that_sign(self):
		with self.assertRaises(Problem) as caught:
			normalise_vin("1M8GDM9AXKP04278沪")
		self.assertEqual(
			str(caught.exception),
			"VIN has only capital letters and digits, but 1M8GDM9AXKP04278沪 has 沪 at position 17.",
		)

	def test_that_is_missing_is_refused(self):
		for raw in (None, "", "  -"):
			with self.assertRaisesRegex(Problem, "^VIN is empty; "):
				normalise_vin(raw)

	@PROPERTY
	@given(st.text())
	def test_of_any_text_is_normal_or_a_problem(self, text):
		try:
			vin = normalise_vin(text)
		except Problem as problem:
			self.assertTrue(str(problem))
		else:
			self.assertEqual(normalise_vin(vin), vin)


class TheCheckDigit(unittest.TestCase):
	def test_of_published_numbers_is_right(self):
		for vin in VALID:
			self.assertTrue(has_valid_check_digit(vin), vin)

	def test_that_is_wrong_is_told_but_not_refused(self):
		self.assertFalse(has_valid_check_digit(normalise_vin("WDB9066331S123456")))

	@PROPERTY
	@given(vins, st.integers(0, 16), st.sampled_from("0123456789"), st.sampled_from("0123456789"))
	def test_detects_every_single_wrong_digit(self, vin, position, right, wrong):
		def with_sign(sign: str) -> str:
			return vin[:position] + sign + vin[position + 1 :]

		expected = vin_check_digit(with_sign(right))
		if position != 8:
			self.assertEqual(vin_check_digit(with_sign(wrong)) == expected, right == wrong)
		else:
			self.assertEqual(vin_check_digit(with_sign(wrong)), expected)


class TheModelYear(unittest.TestCase):
	def test_repeats_after_thirty_years(self):
		self.assertEqual(model_year_candidates("1M8GDM9AXKP042788"), (1989, 2019))
		self.assertEqual(model_year_candidates("1HGCM82633A004352"), (2003, 2033))
		self.assertEqual(model_year_candidates("11111111111111111"), (2001, 2031))

	def test_covers_1980_to_2039_once(self):
		years = [year for sign in "ABCDEFGHJKLMNPRSTVWXY123456789" for year in model_year_candidates("1" * 9 + sign + "1" * 7)]
		self.assertEqual(sorted(years), list(range(1980, 2040)))

	def test_is_unknown_where_the_maker_does_not_code_it(self):
		self.assertEqual(model_year_candidates("WDB9066330S123456"[:9] + "0" + "1" * 7), ())
