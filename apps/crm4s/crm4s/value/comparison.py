"""Models side by side: one row an attribute, one value a model. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

MISSING = "–"


@dataclass(frozen=True)
class Fact:
	"""One figure of a model, as people read it."""

	group: str
	attribute: str
	value: str
	unit: str = ""


@dataclass(frozen=True)
class Row:
	"""One attribute of all models; `differs` where two that are known are not the same, or one is unknown."""

	group: str
	attribute: str
	values: tuple[str, ...]
	differs: bool


def compare(models: Sequence[Sequence[Fact]]) -> list[Row]:
	"""Rows of all attributes in the order in which the models name them, each group in one piece; what a model does not say is –.

	With one model nothing differs.
	"""
	groups: dict[str, dict[str, None]] = {}
	values: list[dict[tuple[str, str], str]] = []
	for facts in models:
		own = {}
		for fact in facts:
			groups.setdefault(fact.group, {}).setdefault(fact.attribute)
			own[fact.group, fact.attribute] = f"{fact.value} {fact.unit}".strip() or MISSING
		values.append(own)
	return [_row(group, attribute, values) for group, attributes in groups.items() for attribute in attributes]


def _row(group: str, attribute: str, values: list[dict]) -> Row:
	cells = tuple(own.get((group, attribute), MISSING) for own in values)
	return Row(group, attribute, cells, len(set(cells)) > 1)
