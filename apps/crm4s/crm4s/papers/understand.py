"""What somebody typed to find a document: nobody says whether it is a plate, a VIN, a phone or a number, and one text may be several of them."""

import re
from dataclasses import dataclass

from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.plate import PROVINCES, normalise_plate
from crm4s.identifiers.problem import value_or_none
from crm4s.identifiers.text import compact, without_wildcards
from crm4s.identifiers.vin import normalise_vin

SHORTEST = 2
# Fewer letters begin half of a town's plates.
SHORTEST_PLATE = 4
# A document's number as it is said: SV-00000012, SV12, or 12 alone.
_NUMBER = re.compile(r"([A-Z]{2})?0*([0-9]{1,8})")
_TAIL = re.compile(r"[A-HJ-NPR-Z0-9]{6}")
# A plate whose province nobody says, as in the store's own town.
_PLATE_WITHOUT_PROVINCE = re.compile(r"[A-HJ-NP-Z][A-Z0-9]{5,6}")


@dataclass(frozen=True)
class Sought:
	"""What the text may be; empty where it can be none.

	plates are complete ones, plate_start the beginning of one; number is (letters of the series or None, digits); text is for numbers of
	other systems and the beginning of a name.
	"""

	text: str = ""
	phone: str | None = None
	vin: str | None = None
	vin_tail: str | None = None
	plates: tuple[str, ...] = ()
	plate_start: str | None = None
	number: tuple[str | None, int] | None = None
	may_be_name: bool = False


def understand(raw: str, region: str) -> Sought:
	"""What `raw` may be; phones without a country are of `region`. A text shorter than two letters is nothing."""
	text = without_wildcards(raw)
	if len(text) < SHORTEST:
		return Sought()
	bare = compact(text)
	number = _NUMBER.fullmatch(bare)
	if not (number and number[1]):
		if phone := value_or_none(normalise_phone, text, region):
			return Sought(text=text, phone=phone)
		if vin := value_or_none(normalise_vin, text):
			return Sought(text=text, vin=vin)
	if bare[0] in PROVINCES and (len(bare) == 1 or bare[1:].isascii()):
		return _plate(text, bare)
	return Sought(
		text=text,
		vin_tail=bare if _TAIL.fullmatch(bare) else None,
		plates=_with_every_province(bare),
		number=(number[1], int(number[2])) if number else None,
		may_be_name=not any(letter.isdigit() for letter in text),
	)


def _plate(text: str, bare: str) -> Sought:
	plate = value_or_none(normalise_plate, bare)
	if plate:
		return Sought(text=text, plates=(plate,))
	return Sought(text=text, plate_start=bare) if len(bare) >= SHORTEST_PLATE else Sought()


def _with_every_province(bare: str) -> tuple[str, ...]:
	if not _PLATE_WITHOUT_PROVINCE.fullmatch(bare):
		return ()
	plates = (value_or_none(normalise_plate, province + bare) for province in PROVINCES)
	return tuple(plate for plate in plates if plate)
