"""What changed between two quotations. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm4s.value.money import Number, to_cents

ADDED, REMOVED, CHANGED, SAME = "Added", "Removed", "Changed", "Same"


@dataclass(frozen=True)
class Difference:
	"""One line of either quotation; an amount is None where the quotation has no such line."""

	kind: str
	description: str
	before: Decimal | None
	after: Decimal | None

	@property
	def change(self) -> str:
		if self.before is None:
			return ADDED
		if self.after is None:
			return REMOVED
		return SAME if self.before == self.after else CHANGED


def differences(before: Iterable[tuple[str, str, Number]], after: Iterable[tuple[str, str, Number]]) -> list[Difference]:
	"""The lines (kind, description, amount) of both quotations side by side, in the order of the later one, removed ones behind.

	A line that a quotation holds several times counts once, with the sum.
	"""
	old, new = _summed(before), _summed(after)
	rows = [Difference(*key, old.get(key), amount) for key, amount in new.items()]
	return rows + [Difference(*key, amount, None) for key, amount in old.items() if key not in new]


def _summed(lines: Iterable[tuple[str, str, Number]]) -> dict[tuple[str, str], Decimal]:
	amounts: dict[tuple[str, str], Decimal] = {}
	for kind, description, amount in lines:
		amounts[kind, description] = amounts.get((kind, description), Decimal(0)) + to_cents(amount)
	return amounts
