"""Numbers of the documents by which a person or a company proves who it is in mainland China.

A refusal never repeats the number: it would end up in logs and in the reports of imports.
"""

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import compact

RESIDENT_IDENTITY_CARD = "Resident Identity Card"
PASSPORT = "Passport"
HONG_KONG_MACAO_PERMIT = "Mainland Travel Permit (Hong Kong and Macao)"
TAIWAN_PERMIT = "Mainland Travel Permit (Taiwan)"
FOREIGN_PERMANENT_RESIDENT_CARD = "Foreign Permanent Resident Card"
UNIFIED_SOCIAL_CREDIT_CODE = "Unified Social Credit Code"
OTHER = "Other"

# First two digits of GB/T 2260; 81, 82 and 83 stand on the residence permits of people from Hong Kong, Macao and Taiwan.
_PROVINCE_CODES = frozenset(
	"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_EARLIEST_BIRTH_YEAR = 1900


@dataclass(frozen=True)
class ResidentCardFacts:
	"""What a resident identity card number says of its holder; `sex` is "Male" or "Female"."""

	birth_date: date
	sex: str


def normalise_identity_document(kind: str, raw: str) -> str:
	"""The number of a document of that kind in capitals and without separators.

	Travel permits are cut to the part that stays with their holder for life, so that a renewed card is found again.

	Args:
		kind: one of `KINDS`.

	Raises:
		Problem: no document of that kind has such a number.
		KeyError: `kind` is unknown.
	"""
	return _NORMALISERS[kind](compact(raw))


def resident_card_facts(number: str) -> ResidentCardFacts:
	"""Birth date and sex from a resident identity card number (GB 11643-1999: positions 7–14, and 17 odd for men).

	Raises:
		Problem: as `normalise_identity_document`.
	"""
	number = _resident_identity_card(compact(number))
	return ResidentCardFacts(_birth_date(number), "Male" if int(number[16]) % 2 else "Female")


def _resident_identity_card(number: str) -> str:
	if len(number) != 18:
		raise Problem("Identity card number must have 18 characters, but this one has {length}.", length=len(number))
	if not re.fullmatch("[0-9]{17}[0-9X]", number):
		raise Problem("Identity card number must be 17 digits and a last digit or X.")
	if number[:2] not in _PROVINCE_CODES:
		raise Problem(
			"Identity card number must begin with the code of a province such as 31, but this one begins with {code}.",
			code=number[:2],
		)
	_birth_date(number)
	if not _has_valid_mod_11_2(number):
		raise Problem("Identity card number does not fit its last character; compare each digit with the card.")
	return number


def _birth_date(number: str) -> date:
	try:
		born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
	except ValueError:
		born = None
	if born is None or born.year < _EARLIEST_BIRTH_YEAR or born > date.today():
		raise Problem(
			"Identity card number must hold a possible birth date in positions 7 to 14, but this one has {date}.",
			date=number[6:14],
		)
	return born


def _has_valid_mod_11_2(number: str) -> bool:
	"""ISO 7064 MOD 11-2, as GB 11643 and the foreign permanent resident card of 2023 have it."""
	return number[-1] == ric.calc_check_digit(number)


def _passport(number: str) -> str:
	if re.fullmatch("(?=.*[0-9])[A-Z0-9]{5,15}", number):
		return number
	raise Problem("Passport number must have 5 to 15 letters and digits, such as E12345678.")


def _hong_kong_macao_permit(number: str) -> str:
	"""H or M and the eight digits a person keeps; cards issued until 2012 add two digits that count the renewals."""
	if re.fullmatch("[HM][0-9]{8}(?:[0-9]{2})?", number):
		return number[:9]
	raise Problem("Travel permit number must be H or M and 8 digits, or 10 on an old card, such as H12345678.")


def _taiwan_permit(number: str) -> str:
	"""The eight digits a person keeps; booklets add two digits that count the renewals and a sign of the office in brackets."""
	if re.fullmatch(r"[0-9]{8}(?:[0-9]{2}(?:\([0-9A-Z]\))?)?", number):
		return number[:8]
	raise Problem("Travel permit number must have 8 digits, or 10 in an old booklet, such as 12345678.")


def _foreign_permanent_resident_card(number: str) -> str:
	"""Until 2023 three letters and 12 digits; since then 9, 16 digits and a check digit as on a Chinese card."""
	if re.fullmatch("[A-Z]{3}[0-9]{12}", number):
		return number
	if not re.fullmatch("9[0-9]{16}[0-9X]", number):
		raise Problem(
			"Permanent resident card number must be 18 characters that begin with 9, or 3 letters and 12 digits on an old card."
		)
	if not _has_valid_mod_11_2(number):
		raise Problem("Permanent resident card number does not fit its last character; compare each digit with the card.")
	return number


def _unified_social_credit_code(number: str) -> str:
	"""GB 32100-2015. The pattern is wider than stdnum's, which refuses the departments N, Y and A (farms, others, the forces)."""
	if len(number) != 18:
		raise Problem(
			"Unified social credit code must have 18 characters, but this one has {length}.", length=len(number)
		)
	if not re.fullmatch("[1-9ANY][1-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", number):
		raise Problem(
			"Unified social credit code must be digits and letters other than I, O, S, V and Z, with 6 digits of the region from position 3."
		)
	if number[-1] != uscc.calc_check_digit(number):
		raise Problem("Unified social credit code does not fit its last character; compare it with the business licence.")
	return number


def _other(number: str) -> str:
	if not number:
		raise Problem("Document number is empty; enter it as printed on the document.")
	return number


_NORMALISERS = {
	RESIDENT_IDENTITY_CARD: _resident_identity_card,
	PASSPORT: _passport,
	HONG_KONG_MACAO_PERMIT: _hong_kong_macao_permit,
	TAIWAN_PERMIT: _taiwan_permit,
	FOREIGN_PERMANENT_RESIDENT_CARD: _foreign_permanent_resident_card,
	UNIFIED_SOCIAL_CREDIT_CODE: _unified_social_credit_code,
	OTHER: _other,
}
KINDS = tuple(_NORMALISERS)
