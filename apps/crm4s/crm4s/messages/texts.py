"""What a message says: placeholders like {due_on} in a text, and how values read in the customer's language. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from math import ceil
from typing import Any

from crm4s.messages.kinds import EVERY

# What every text may hold, beside the template's own placeholders.
COMMON = (
	*("customer_name", "salutation", "store_name", "store_phone", "store_address", "plate_number", "model_name"),
	*("today", "unsubscribe_link", "portal_link"),
)
# What stands for a link to the customers' pages until the message is handed over: it is made then, and counts once.
PORTAL_LINK = "{portal_link}"
HIDDEN = "***"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_NAME = re.compile(r"([a-z][a-z0-9_]*)(\*?)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


class MissingValueError(ValueError):
	"""A placeholder has no value; `name` says which."""

	def __init__(self, name: str):
		super().__init__(name)
		self.name = name


def declared(lines: str | None) -> dict[str, bool]:
	"""The names that a template declares, one a line, and whether the log hides their value (a * behind the name).

	Raises:
		ValueError: the line that is no name.
	"""
	names = {}
	for line in filter(None, map(str.strip, (lines or "").splitlines())):
		match = _NAME.fullmatch(line)
		if not match:
			raise ValueError(line)
		names[match[1]] = bool(match[2])
	return names


def names_in(text: str | None) -> set[str]:
	return set(_PLACEHOLDER.findall(text or ""))


def stray_braces(text: str | None) -> str | None:
	"""The first brace, or pair of braces, that is no placeholder: {Due On}, {due_on or }."""
	return next((found for found in _BRACES.findall(text or "") if not _PLACEHOLDER.fullmatch(found)), None)


def fill(text: str | None, values: Mapping[str, Any], language: str, escape: Callable[[str], str] = str) -> str:
	"""The text with its placeholders' values; what a value says is never read as a placeholder.

	Raises:
		MissingValueError: a value is not there or empty.
	"""

	def value_of(match: re.Match) -> str:
		value = values.get(match[1])
		if value is None or value == "":
			raise MissingValueError(match[1])
		return escape(worded(value, language))

	return _PLACEHOLDER.sub(value_of, text or "")


def worded(value: Any, language: str) -> str:
	"""A value as people read it: 2026年3月1日 and 1 Mar 2026; whole numbers without a point."""
	if isinstance(value, str) and _MOMENT.fullmatch(value):
		value = datetime.fromisoformat(value)
	elif isinstance(value, str) and _DAY.fullmatch(value):
		value = date.fromisoformat(value)
	if isinstance(value, datetime):
		return f"{_day(value, language)} {value:%H:%M}"
	if isinstance(value, date):
		return _day(value, language)
	if isinstance(value, float) and value.is_integer():
		return str(int(value))
	return str(value)


def choose(texts: Iterable[Mapping], kind: str, language: str) -> Mapping | None:
	"""The text for a kind of channel: in the customer's language before another one, made for the channel before one for all."""

	def rank(text: Mapping) -> tuple[bool, bool]:
		return text["language"] != language, text["channel_kind"] != kind

	return min((text for text in texts if text["channel_kind"] in (kind, EVERY)), key=rank, default=None)


def salutation(name: str, sex: str | None, is_organisation: bool, language: str) -> str:
	"""李静女士, Ms. Li Jing; the name alone where we do not know."""
	if is_organisation or sex not in ("Male", "Female"):
		return name
	if language == "zh":
		return name + ("先生" if sex == "Male" else "女士")
	return ("Mr. " if sex == "Male" else "Ms. ") + name


def parts(text: str, characters_per_message: int) -> int:
	"""As how many messages a provider counts the text."""
	return max(ceil(len(text) / characters_per_message), 1) if characters_per_message > 0 else 1


def _day(day: date, language: str) -> str:
	return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
