"""What became of each record of an intake."""

from collections import Counter
from dataclasses import dataclass, field

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"
STATES = (CREATED, UPDATED, UNCHANGED, REJECTED)


@dataclass(frozen=True)
class Result:
	"""One record. `name` is the document's, None if it was rejected or would have been created in a dry run.

	A rejected record names the field that is wrong and says why in one sentence, translated and safe to be shown as HTML. `row` is the
	row of the child table in which the field stands, counted from 1. `code` is a word for programs: "required", "not_found", "other_store",
	else "invalid".
	"""

	key: str | None
	state: str
	name: str | None = None
	field: str | None = None
	message: str | None = None
	table: str | None = None
	row: int | None = None
	code: str | None = None


@dataclass
class Outcome:
	"""The results in the order of the records that were given."""

	results: list[Result] = field(default_factory=list)

	@property
	def counts(self) -> dict[str, int]:
		"""How many records came to each state; every state is there."""
		counted = Counter(result.state for result in self.results)
		return {state: counted[state] for state in STATES}

	@property
	def rejected(self) -> list[Result]:
		return [result for result in self.results if result.state == REJECTED]

	@property
	def names(self) -> dict[str, str]:
		"""Names of the documents by external key."""
		return {result.key: result.name for result in self.results if result.name}
