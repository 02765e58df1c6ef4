"""What people who need not know see in place of personal data.

Masks never fail: what does not look as expected is hidden more, not less.
"""

import re

import phonenumbers
from phonenumbers import NumberParseException

STAR = "*"

# Province, city and district; what follows leads to the door. A name does not run over a sign of a smaller place, and a
# housing estate (小区), neighbourhood, campus or factory is no district.
_PLACE = r"(?:(?![路街道村镇乡巷弄号])[\u4e00-\u9fff])"
_DISTRICT = re.compile(
	rf"(?:{_PLACE}{{2,8}}?(?:省|自治区|特别行政区))?"
	rf"(?:{_PLACE}{{2,8}}?(?:市|自治州|地区|盟))?"
	rf"(?:{_PLACE}{{1,8}}?(?:(?<![小社校厂院])区|县|市|旗))?"
)


def mask_phone(e164: str) -> str:
	"""138****8000 for a Chinese number, +852 ****4567 for another: the country, three digits if Chinese, the last four."""
	if e164.startswith("+86"):
		national = e164[3:] if e164.startswith(("+861", "+864", "+868")) else "0" + e164[3:]
		return _mask_between(national, 3, 4)
	try:
		number = phonenumbers.parse(e164)
	except NumberParseException:
		return _mask_between(e164, 0, 4)
	national = phonenumbers.national_significant_number(number)
	return f"+{number.country_code} {_mask_between(national, 0, 4)}"


def mask_identity_number(number: str) -> str:
	"""110***********1234 hides the birth date; a number shorter than 15, such as a passport's, becomes E******78."""
	return _mask_between(number, 3, 4) if len(number) >= 15 else _mask_between(number, 1, 2)


def mask_plate(plate: str) -> str:
	"""沪A***45: province, office and the last two signs."""
	return _mask_between(plate, 2, 2)


def mask_address(address: str) -> str:
	"""上海市浦东新区****: down to the district. An address that does not begin like a Chinese one is hidden whole."""
	return _DISTRICT.match(address)[0] + STAR * 4 if address else ""


def mask_name(name: str) -> str:
	"""张**, J*** S****: the first character of each word."""
	return " ".join(_mask_between(word, 1, 0) for word in name.split())


def _mask_between(text: str, first: int, last: int) -> str:
	"""The first and last so many characters with stars between, or stars only where less than a quarter would be hidden."""
	hidden = len(text) - first - last
	if hidden * 4 < len(text):
		return STAR * len(text)
	return text[:first] + STAR * hidden + text[len(text) - last:]
