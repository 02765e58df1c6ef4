"""Names of people and companies."""

import re
import unicodedata

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import half_width

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BLANK_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
# Between the parts of a transliterated name GB/T 15834 wants U+00B7; keyboards offer several look-alikes.
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) ?[.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65] ?(?=[{_HAN}])")


def normalise_name(raw: str) -> str:
	"""The name with single blanks, none between Chinese characters, and · between the parts of a transliterated one.

	Raises:
		Problem: empty, or without any letter.
	"""
	name = " ".join(unicodedata.normalize("NFC", half_width(raw)).split())
	name = _DOT_BETWEEN_HAN.sub("·", _BLANK_BETWEEN_HAN.sub("", name))
	if not name:
		raise Problem("Name is empty; enter the name of the person or company.")
	if not any(character.isalpha() for character in name):
		raise Problem("Name must contain letters or Chinese characters, but {value} has none.", value=name)
	return name
