"""Phone numbers, stored as E.164 (ITU-T E.164: + and at most 15 digits) and read in the way of the dealership's country."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import half_width

# What nearly every row of a Chinese list is. A strict part of what libphonenumber calls a Chinese mobile in every release
# from 8.13.13 on; ranges that were opened later take the long way to the same answer.
_CHINESE_MOBILE = re.compile(
	r"(?:\+86)?(1(?:[38][0-9]|4[57]|[59][0-35-9]|6[25-7]|7[0-35-8])[0-9]{8})"
)
# What a spreadsheet makes of a number in a column with gaps.
_DECIMAL = re.compile(r"([0-9]+)\.0")
_FOREIGN_SIGN = re.compile(r"[^0-9+()\-. \u2010-\u2015\u2212]")
_EXTENSION = re.compile(r"[0-9)]\s*(?:转|轉|分机|分機|ext|x|#)", re.IGNORECASE)
_MOBILE_TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def normalise_phone(raw: str, region: str = "CN") -> str:
	"""The number as E.164, such as +8613800138000, +862165529988 or +864008208820.

	Args:
		region: ISO 3166 code of the country whose numbers are written without a country code.

	Raises:
		Problem: empty, more than a number, or a number that is not in use.
	"""
	if region == "CN" and (match := _CHINESE_MOBILE.fullmatch(str(raw))):
		return "+86" + match[1]
	text = " ".join(half_width(raw).split())
	if decimal := _DECIMAL.fullmatch(text):
		text = decimal[1]
	_refuse_what_is_no_number(text)
	try:
		number = phonenumbers.parse(text, region)
	except NumberParseException:
		number = None
	if number is None or not phonenumbers.is_valid_number(number):
		raise _problem_of(text, region)
	return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_mobile(e164: str) -> bool:
	"""Whether a text message can reach a normalised number; true too where a country's numbers do not tell (North America)."""
	if _CHINESE_MOBILE.fullmatch(e164):
		return True
	return phonenumbers.number_type(phonenumbers.parse(e164)) in _MOBILE_TYPES


def format_phone_for_people(e164: str, region: str = "CN") -> str:
	"""A normalised number in groups as people in `region` read it: 138 0013 8000, 021 6552 9988, abroad +852 9123 4567."""
	number = phonenumbers.parse(e164)
	at_home = number.country_code == phonenumbers.country_code_for_region(region)
	return phonenumbers.format_number(
		number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
	)


def _refuse_what_is_no_number(text: str) -> None:
	if not text:
		raise Problem("Phone number is empty; enter a mobile number, or a landline with its area code.")
	if _EXTENSION.search(text):
		raise Problem(
			"Phone number {value} has an extension; enter the number without it and keep the extension in the remarks.",
			value=text,
		)
	if foreign := _FOREIGN_SIGN.search(text):
		raise Problem(
			"Phone number may have digits, +, spaces, hyphens and brackets only, one number in a field, but {value} has {character}.",
			value=text, character=foreign[0],
		)


def _problem_of(text: str, region: str) -> Problem:
	"""Why no number in use can be read from digits, with the two mistakes that Chinese input mostly has named."""
	digits = re.sub("[^0-9]", "", text)
	if region == "CN" and "+" not in text:
		if re.fullmatch("[2-8][0-9]{6,7}", digits):
			return Problem("Phone number {value} lacks its area code; write it like 021-65529988.", value=text)
		if re.fullmatch("1[3-9][0-9]{7,11}", digits) and len(digits) != 11:
			return Problem(
				"Phone number {value} has {length} digits, but a Chinese mobile number has 11.",
				value=text, length=len(digits),
			)
	return Problem(
		"Phone number {value} is not in use; check its digits, and begin a foreign number with + and its country code.",
		value=text,
	)
