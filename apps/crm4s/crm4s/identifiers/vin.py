"""Vehicle identification number, 17 characters (ISO 3779:2009; in China GB 16735-2019)."""

import re

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import compact

LENGTH = 17
TAIL_LENGTH = 6

_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_FORBIDDEN = {"I": "1", "O": "0", "Q": "0"}

# 49 CFR 565.15(c): the value of each letter (a digit counts as itself) and the weight of each position. The check digit's own
# position weighs nothing.
_VALUES = {sign: int(sign) for sign in "0123456789"} | dict(
	zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECK_DIGIT_POSITION = 8

# ISO 3779 table of the tenth position: 30 signs that repeat every 30 years, beginning with A for 1980.
_MODEL_YEAR_POSITION = 9
_MODEL_YEAR_SIGNS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_MODEL_YEARS = (1980, 2010)


def normalise_vin(raw: str) -> str:
	"""The VIN as 17 capital letters and digits.

	The check digit is left to `has_valid_check_digit`: many cars that were built for Europe have none.

	Raises:
		Problem: not 17 characters, or one that no VIN has.
	"""
	vin = compact(raw)
	if _VIN.fullmatch(vin):
		return vin
	if not vin:
		raise Problem("VIN is empty; enter the 17 characters from the registration certificate or the windscreen.")
	for position, sign in enumerate(vin, start=1):
		if sign in _FORBIDDEN:
			raise Problem(
				"VIN never contains the letters I, O and Q, but {value} has {letter} at position {position}; it is probably the digit {digit}.",
				value=vin, letter=sign, position=position, digit=_FORBIDDEN[sign],
			)
		if sign not in _VALUES:
			raise Problem(
				"VIN has only capital letters and digits, but {value} has {character} at position {position}.",
				value=vin, character=sign, position=position,
			)
	raise Problem("VIN must have 17 characters, but {value} has {length}.", value=vin, length=len(vin))


def vin_tail(vin: str) -> str:
	"""The last six of a normalised VIN, by which people name a car: makers number their cars there."""
	return vin[-TAIL_LENGTH:]


def vin_check_digit(vin: str) -> str:
	"""The sign that belongs at position 9 of a normalised VIN, a digit or X for ten: the weighted sum modulo 11."""
	remainder = sum(_VALUES[sign] * weight for sign, weight in zip(vin, _WEIGHTS, strict=True)) % 11
	return "X" if remainder == 10 else str(remainder)


def has_valid_check_digit(vin: str) -> bool:
	"""Whether position 9 of a normalised VIN fits the others; if not, somebody should look twice, no more."""
	return vin[_CHECK_DIGIT_POSITION] == vin_check_digit(vin)


def model_year_candidates(vin: str) -> tuple[int, ...]:
	"""The model years from 1980 to 2039 that position 10 of a normalised VIN can mean, earliest first.

	Two of them, 30 years apart; none where the maker does not code the year (a sign such as 0, U or Z).
	"""
	index = _MODEL_YEAR_SIGNS.find(vin[_MODEL_YEAR_POSITION])
	return () if index < 0 else tuple(first + index for first in _FIRST_MODEL_YEARS)
