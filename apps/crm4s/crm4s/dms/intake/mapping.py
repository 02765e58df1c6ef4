"""A record as a system sends it, said in the contract's words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from crm4s.identifiers.text import half_width


class Rule(Protocol):
	"""What `crm4s.dms.links.FieldRule` says of one field."""

	path: str
	factor: float
	otherwise: str | None


@dataclass
class Translation:
	"""How the records, or the rows of one table in them, are read.

	Attributes:
		rules: by the contract's field.
		words: by the contract's field, what their words mean, case folded; None says nothing.
		tables: the same for tables in the record.
		whole: fields that hold whole numbers; a product is rounded there.
	"""

	rules: Mapping[str, Rule] = field(default_factory=dict)
	words: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
	tables: "Mapping[str, Translation]" = field(default_factory=dict)
	whole: frozenset[str] = frozenset()

	def apply(self, record: Mapping[str, Any]) -> dict[str, Any]:
		"""The record with the contract's fields; what no rule speaks of stays, so that the contract refuses it by its name."""
		taken = {rule.path.split(".")[0] for rule in self.rules.values() if rule.path}
		said = {name: value for name, value in record.items() if name not in taken}
		for name, rule in self.rules.items():
			self._apply_rule(record, said, name, rule)
		for name, words in self.words.items():
			if name in said:
				said[name] = _word(words, said[name])
		for name, table in self.tables.items():
			if isinstance(said.get(name), list):
				said[name] = [table.apply(row) if isinstance(row, Mapping) else row for row in said[name]]
		return said

	def _apply_rule(self, record: Mapping[str, Any], said: dict[str, Any], name: str, rule: Rule) -> None:
		if rule.path:
			value = at(record, rule.path)
			if value is not None:
				said[name] = value
		if rule.factor and said.get(name) is not None:
			said[name] = times(said[name], rule.factor, name in self.whole)
		if rule.otherwise is not None and said.get(name) in (None, ""):
			said[name] = rule.otherwise


def translation(rules: Mapping[str, Rule], words: Mapping[tuple[str, str], str | None], whole: frozenset[str]) -> Translation | None:
	"""The translation of an entity, None where everything is taken as the contract names it.

	Args:
		rules: by field, those of tables as "items.quantity".
		words: by field and case-folded word.
		whole: fields that hold whole numbers, those of tables as "items.minutes".
	"""
	rules = {name: rule for name, rule in rules.items() if rule.path or rule.factor or rule.otherwise is not None}
	if not rules and not words:
		return None
	tables = {name.split(".")[0] for name in (*rules, *(name for name, _word in words)) if "." in name}
	return Translation(
		rules={name: rule for name, rule in rules.items() if "." not in name},
		words=_by_field({pair: ours for pair, ours in words.items() if "." not in pair[0]}),
		whole=whole,
		tables={table: _of_table(table, rules, words, whole) for table in tables},
	)


def at(record: Any, path: str) -> Any:
	"""What stands at a path such as "contact.phones.0.number"; None where nothing does."""
	for step in path.split("."):
		if isinstance(record, Mapping):
			record = record.get(step)
		elif isinstance(record, Sequence) and not isinstance(record, str) and step.isdecimal() and int(step) < len(record):
			record = record[int(step)]
		else:
			return None
	return record


def times(value: Any, factor: float, is_whole: bool = False) -> Any:
	"""The product, exact in decimals; what is no number stays, to be refused by the contract."""
	try:
		product = Decimal(half_width(str(value)).strip()) * Decimal(repr(factor))
	except InvalidOperation:
		return value
	if isinstance(value, bool) or not product.is_finite():
		return value
	return round(product) if is_whole else float(round(product, 9))


def _word(words: Mapping[str, str | None], value: Any) -> Any:
	if isinstance(value, (Mapping, list)):
		return value
	said = str(value).strip().casefold()
	return words[said] if said in words else value


def _of_table(table: str, rules: Mapping[str, Rule], words: Mapping[tuple[str, str], str | None], whole: frozenset[str]) -> Translation:
	begins = f"{table}."
	return Translation(
		rules={name.removeprefix(begins): rule for name, rule in rules.items() if name.startswith(begins)},
		words=_by_field({(name.removeprefix(begins), said): ours for (name, said), ours in words.items() if name.startswith(begins)}),
		whole=frozenset(name.removeprefix(begins) for name in whole if name.startswith(begins)),
	)


def _by_field(words: Mapping[tuple[str, str], str | None]) -> dict[str, dict[str, str | None]]:
	found: dict[str, dict[str, str | None]] = {}
	for (name, said), ours in words.items():
		found.setdefault(name, {})[said] = ours
	return found
