"""Number plates of mainland China (GA 36-2018, with the older forms that are still on the road).

Plates of the forces are left out: they look like a new energy plate whose province was forgotten (BD12345), a mistake
that a dealership meets far more often.
"""

import re

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import compact

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"

FUEL = "fuel"
NEW_ENERGY_SMALL = "new energy small"
NEW_ENERGY_LARGE = "new energy large"
POLICE = "police"
TRAILER = "trailer"
COACH = "coach"
CONSULATE = "consulate"
EMBASSY = "embassy"
HONG_KONG_OR_MACAO = "hong kong or macao"
TEMPORARY = "temporary"

_PROVINCE = f"[{PROVINCES}]"
# No I and no O, which read as 1 and 0.
_OFFICE = "[A-HJ-NP-Z]"
_SERIAL = "[A-HJ-NP-Z0-9]"
# D A B C E pure electric, F G H J K other new energy.
_ENERGY = "[A-HJK]"

_FORMS = {
	FUEL: f"{_PROVINCE}{_OFFICE}{_SERIAL}{{5}}",
	NEW_ENERGY_SMALL: f"{_PROVINCE}{_OFFICE}{_ENERGY}{_SERIAL}[0-9]{{4}}",
	NEW_ENERGY_LARGE: f"{_PROVINCE}{_OFFICE}[0-9]{{5}}{_ENERGY}",
	# The office letter O stands for the province's own department, which issues to its police only.
	POLICE: f"{_PROVINCE}[A-HJ-Z]{_SERIAL}{{4}}警",
	TRAILER: f"{_PROVINCE}{_OFFICE}{_SERIAL}{{4}}挂",
	COACH: f"{_PROVINCE}{_OFFICE}{_SERIAL}{{4}}学",
	CONSULATE: f"{_PROVINCE}(?:{_OFFICE}[0-9]{{4}}|[0-9]{{5}})领",
	EMBASSY: "[0-9]{6}使|使[0-9]{6}",
	HONG_KONG_OR_MACAO: f"粤Z{_SERIAL}{{4}}[港澳]",
	# On paper until registration, and for trial runs (试) and oversized vehicles (超).
	TEMPORARY: f"{_PROVINCE}{_OFFICE}(?:{_SERIAL}{{4,6}}临|{_SERIAL}{{4}}[试超])",
}
_KINDS = tuple(_FORMS)
# One group a kind, so that the group which matched tells the kind.
_PLATE = re.compile("|".join(f"({form})" for form in _FORMS.values()))


def normalise_plate(raw: str) -> str:
	"""The plate as capitals without separators, such as 沪A12345 or 沪AD12345.

	Raises:
		Problem: no civil plate of mainland China looks like that.
	"""
	plate = compact(raw)
	if _PLATE.fullmatch(plate):
		return plate
	raise _problem_of(plate)


def plate_kind(plate: str) -> str:
	"""The kind of a normalised plate, one of the constants of this module.

	Raises:
		Problem: as `normalise_plate`.
	"""
	match = _PLATE.fullmatch(plate)
	if match is None:
		raise _problem_of(plate)
	return _KINDS[match.lastindex - 1]


def _problem_of(plate: str) -> Problem:
	"""The first thing that is wrong, read from left to right."""
	if not plate:
		return Problem("Plate number is empty; enter it like 沪A12345, or 沪AD12345 for a new energy car.")
	if plate[0] not in PROVINCES:
		return Problem(
			"Plate number must begin with the character of a province such as 沪, but {value} does not.", value=plate
		)
	if not re.match(_OFFICE, plate[1:]):
		return Problem(
			"Plate number must have a letter other than I and O after the province, but {value} does not.", value=plate
		)
	if re.search("[IO]", plate[2:]):
		return Problem(
			"Plate number never has the letters I and O in its serial number; in {value} they are probably the digits 1 and 0.",
			value=plate,
		)
	if len(plate) not in (7, 8):
		return Problem(
			"Plate number must have 7 characters, or 8 for a new energy car, but {value} has {length}.",
			value=plate, length=len(plate),
		)
	if len(plate) == 8:
		return Problem(
			"Plate number with 8 characters must be one of a new energy car such as 沪AD12345 or 沪A12345D, but {value} is not.",
			value=plate,
		)
	return Problem(
		"Plate number must be like 沪A12345, or 沪A1234 with 警, 挂, 学, 领, 试 or 超 behind it, but {value} is not.",
		value=plate,
	)
