import itertools
import unittest

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from crm4s.identifiers.phone import (
	_CHINESE_MOBILE,
	_MOBILE_TYPES,
	format_phone_for_people,
	is_mobile,
	normalise_phone,
)
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.tests import PROPERTY

INTAKE = {
	"13800138000": "+8613800138000",
	"138 0013 8000": "+8613800138000",
	"138-0013-8000": "+8613800138000",
	"１３８００１３８０００": "+8613800138000",
	"+86 138 0013 8000": "+8613800138000",
	"＋86－13800138000": "+8613800138000",
	"(+86)13800138000": "+8613800138000",
	"0086 13800138000": "+8613800138000",
	"8613800138000": "+8613800138000",
	"013800138000": "+8613800138000",
	"\u202d138\t0013\u00a08000\u202c": "+8613800138000",
	"021-65529988": "+862165529988",
	"（021）6552 9988": "+862165529988",
	"86-21-65529988": "+862165529988",
	"0755 82345678": "+8675582345678",
	"400-820-8820": "+864008208820",
	"800 820 8820": "+868008208820",
	"00852 9123 4567": "+85291234567",
	"+1 650 253 0000": "+16502530000",
}


class APhoneNumber(unittest.TestCase):
	def test_becomes_e164_however_it_is_typed(self):
		for raw, e164 in INTAKE.items():
			self.assertEqual(normalise_phone(raw), e164, raw)

	def test_may_come_as_a_number_from_a_spreadsheet(self):
		for raw in (13800138000, 13800138000.0, "13800138000.0"):
			self.assertEqual(normalise_phone(raw), "+8613800138000")

	def test_without_country_code_is_read_as_one_of_the_region(self):
		self.assertEqual(normalise_phone("9123 4567", region="HK"), "+85291234567")
		self.assertEqual(normalise_phone("13800138000", region="CN"), "+8613800138000")

	@PROPERTY
	@given(st.from_regex("1[3-9][0-9]{9}|0(10|21|755)[2-8][0-9]{7}", fullmatch=True))
	def test_that_is_normal_stays_as_it_is(self, raw):
		try:
			e164 = normalise_phone(raw)
		except Problem:
			return
		self.assertEqual(normalise_phone(e164), e164)
		self.assertEqual(normalise_phone(format_phone_for_people(e164)), e164)

	@PROPERTY
	@given(st.text("0123456789+-() 转x./", max_size=20))
	def test_of_any_text_is_normal_or_a_problem(self, text):
		try:
			e164 = normalise_phone(text)
		except Problem as problem:
			self.assertTrue(str(problem))
		else:
			self.assertRegex(e164, r"^\+[0-9]{5,15}$")
			self.assertEqual(normalise_phone(e164), e164)


class TheShortWayForChineseMobiles(unittest.TestCase):
	def test_gives_what_libphonenumber_gives_for_every_range(self):
		taken = 0
		for head, tail in itertools.product(range(1000, 2000), ("0000000", "1234567", "9999999")):
			match = _CHINESE_MOBILE.fullmatch(f"{head}{tail}")
			if not match:
				continue
			taken += 1
			number = phonenumbers.parse(match[0], "CN")
			self.assertTrue(phonenumbers.is_valid_number(number), match[0])
			self.assertEqual(phonenumbers.number_type(number), phonenumbers.PhoneNumberType.MOBILE, match[0])
			self.assertEqual(normalise_phone(match[0]), phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
		self.assertGreater(taken, 1000)

	@PROPERTY
	@given(st.from_regex(r"(\+86)?1[3-9][0-9]{9}", fullmatch=True))
	def test_gives_what_libphonenumber_gives_for_any_number(self, raw):
		number = phonenumbers.parse(raw, "CN")
		if phonenumbers.is_valid_number(number):
			self.assertEqual(normalise_phone(raw), phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
			self.assertEqual(is_mobile(normalise_phone(raw)), phonenumbers.number_type(number) in _MOBILE_TYPES)
		else:
			self.assertIsNone(_CHINESE_MOBILE.fullmatch(raw))


class AWrongPhoneNumber(unittest.TestCase):
	def assert_refused(self, raw: object, sentence: str) -> None:
		with self.assertRaises(Problem) as caught:
			normalise_phone(raw)
		self.assertEqual(str(caught.exception), sentence)

	def test_that_is_empty_is_refused(self):
		for raw in (None, "", " "):
			self.assert_refused(raw, "Phone number is empty; enter a mobile number, or a landline with its area code.")

	def test_without_area_code_is_refused_with_an_example(self):
		self.assert_refused("6552 9988", "Phone number 6552 9988 lacks its area code; write it like 021-65529988.")
		self.assert_refused("8234567", "Phone number 8234567 lacks its area code; write it like 021-65529988.")

	def test_of_a_mobile_with_a_digit_too_few_or_many_is_refused_with_its_length(self):
		self.assert_refused("1380013800", "Phone number 1380013800 has 10 digits, but a Chinese mobile number has 11.")
		self.assert_refused(1380013800.0, "Phone number 1380013800 has 10 digits, but a Chinese mobile number has 11.")
		self.assert_refused("138001380001", "Phone number 138001380001 has 12 digits, but a Chinese mobile number has 11.")

	def test_with_an_extension_is_refused_and_the_extension_not_lost(self):
		for raw in ("021-65529988转123", "021-65529988 ext. 123", "021-65529988#123"):
			self.assert_refused(
				raw,
				f"Phone number {raw} has an extension; enter the number without it and keep the extension in the remarks.",
			)

	def test_beside_another_one_is_refused(self):
		self.assert_refused(
			"13800138000/13900139000",
			"Phone number may have digits, +, spaces, hyphens and brackets only, one number in a field, "
			"but 13800138000/13900139000 has /.",
		)

	def test_that_nobody_can_have_is_refused(self):
		for raw in ("95588", "110", "+86 12345", "0210-65529988"):
			with self.assertRaises(Problem):
				normalise_phone(raw)
		self.assert_refused(
			"95588",
			"Phone number 95588 is not in use; check its digits, and begin a foreign number with + and its country code.",
		)


class AStoredPhoneNumber(unittest.TestCase):
	def test_tells_whether_it_is_a_mobile(self):
		for e164, expected in {
			"+8613800138000": True, "+8619912345678": True, "+862165529988": False, "+864008208820": False,
			"+85291234567": True, "+85221234567": False, "+16502530000": True,
		}.items():
			self.assertIs(is_mobile(e164), expected, e164)

	def test_is_shown_in_the_way_of_the_country(self):
		self.assertEqual(format_phone_for_people("+8613800138000"), "138 0013 8000")
		self.assertEqual(format_phone_for_people("+862165529988"), "021 6552 9988")
		self.assertEqual(format_phone_for_people("+85291234567"), "+852 9123 4567")
		self.assertEqual(format_phone_for_people("+8613800138000", region="HK"), "+86 138 0013 8000")
