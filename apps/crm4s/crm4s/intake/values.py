"""Single values as people and other systems write them, turned into what is stored. Pure; a refusal is a `Problem`."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import half_width

LARGEST_INT = 2_147_483_647
# decimal(21,9) of the database.
LARGEST_NUMBER = Decimal(10) ** 12

_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?")
_WRAPPING = re.compile(r"^(?:CNY|RMB|[¥￥])\s*|\s*(?:元|%|公里|km)$", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_YES = frozenset(("1", "yes", "y", "true", "是", "有", "√", "x", "对"))
_NO = frozenset(("0", "no", "n", "false", "否", "无", "×", "不", "非"))


def as_text(value: Any) -> str:
	"""The value as text without blanks around it; a whole number that a spreadsheet keeps as 123.0 is 123."""
	if isinstance(value, float) and value.is_integer():
		value = int(value)
	if isinstance(value, datetime) and value.time() == time():
		value = value.date()
	# A NUL is nothing that anybody typed, and some programs stop reading there.
	return str(value).replace("\0", "").strip()


def as_number(value: Any) -> float:
	"""A number, also written 1,234.50 or ¥1234.50.

	Raises:
		Problem: it is none, or too large for the database.
	"""
	text = _WRAPPING.sub("", _WRAPPING.sub("", half_width(value).strip()))
	if _THOUSANDS.fullmatch(text):
		text = text.replace(",", "")
	try:
		number = Decimal(text)
	except InvalidOperation:
		number = None
	if number is None or not number.is_finite():
		raise Problem("{value} is not a number; write it like 1234.50.", value=as_text(value))
	if abs(number) >= LARGEST_NUMBER:
		raise Problem("{value} is too large.", value=as_text(value))
	return float(number)


def as_whole_number(value: Any) -> int:
	"""A number without decimals.

	Raises:
		Problem: it is none.
	"""
	number = as_number(value)
	if not number.is_integer():
		raise Problem("{value} must be a whole number.", value=as_text(value))
	if abs(number) > LARGEST_INT:
		raise Problem("{value} is too large.", value=as_text(value))
	return int(number)


def as_yes_or_no(value: Any) -> int:
	"""1 or 0.

	Raises:
		Problem: neither yes nor no.
	"""
	word = as_text(value).lower()
	if isinstance(value, bool) or word in _YES or word in _NO:
		return int(value is True or word in _YES)
	raise Problem("{value} is neither yes nor no; write 是 or 否, yes or no, 1 or 0.", value=as_text(value))


def as_date(value: Any) -> date:
	"""A day; the year comes first, as 11/12/26 means different days to different people.

	Raises:
		Problem: no such day.
	"""
	return as_datetime(value).date()


def as_datetime(value: Any) -> datetime:
	"""A time without zone, as the site's clock shows it; a day alone is its beginning.

	Raises:
		Problem: no such time.
	"""
	if isinstance(value, datetime):
		return value.replace(tzinfo=None, microsecond=0)
	if isinstance(value, date):
		return datetime.combine(value, time())
	day, _, clock = half_width(value).strip().replace("T", " ").partition(" ")
	matched_day = _DATE.fullmatch(day) or _COMPACT_DATE.fullmatch(day)
	matched_clock = _TIME.fullmatch(clock.strip()) if clock.strip() else None
	try:
		if not matched_day or (clock.strip() and not matched_clock):
			raise ValueError
		hours = (int(part or 0) for part in matched_clock.groups()) if matched_clock else ()
		return datetime(*(int(part) for part in matched_day.groups()), *hours)
	except ValueError:
		raise Problem("{value} is not a date; write it like 2026-11-21 or 2026-11-21 14:30.", value=as_text(value)) from None
