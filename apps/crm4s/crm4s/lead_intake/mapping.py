"""Facts of a lead out of what a portal sends, as a C4S Lead Mapping says. Pure.

A path names the way through objects by their keys and through lists by their numbers, from 0: "contact.phones.0.number".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldRule:
	"""The field's value stands at `path`; `otherwise` when nothing stands there."""

	field: str
	path: str = ""
	otherwise: str | None = None


def value_at(payload: Any, path: str) -> Any:
	"""What stands at the path; None where the way ends."""
	value = payload
	for part in [part for part in path.split(".") if part]:
		if isinstance(value, Mapping):
			value = value.get(part)
		elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
			value = value[int(part)]
		else:
			return None
	return value


def leads_in(payload: Any, list_path: str = "") -> list:
	"""The leads of a delivery: the list at the path, or the one object there."""
	found = value_at(payload, list_path)
	if found is None:
		return []
	return found if isinstance(found, list) else [found]


def facts_of(lead: Any, rules: Iterable[FieldRule], values: Mapping[tuple[str, str], str | None]) -> dict[str, Any]:
	"""Facts by field, without what is empty. `values` by (field, word of the portal) gives our word; other words are taken as they are."""
	facts = {}
	for rule in rules:
		given = _text(value_at(lead, rule.path)) if rule.path else None
		if given is not None:
			given = values.get((rule.field, given.casefold()), given)
		value = rule.otherwise if given in (None, "") else given
		if value not in (None, ""):
			facts[rule.field] = value
	return facts


def _text(value: Any) -> str | None:
	"""Lists of words become one text; objects have no value of their own."""
	if isinstance(value, bool):
		return "1" if value else "0"
	if isinstance(value, list):
		return ", ".join(filter(None, (_text(item) for item in value))) or None
	if value is None or isinstance(value, Mapping):
		return None
	return str(value).strip() or None
