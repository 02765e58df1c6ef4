"""Which of two states of a record is the newer one. Pure."""

from datetime import datetime
from typing import Protocol


class Stamp(Protocol):
	"""How new a state is; None where the system does not say."""

	version: int | None
	modified_on: datetime | None


def compare(one: Stamp, other: Stamp) -> int:
	"""-1 where `one` is older, 1 where it is newer, 0 where they are the same or nobody can say. Versions count before times."""
	if one.version is not None and other.version is not None:
		return (one.version > other.version) - (one.version < other.version)
	if one.modified_on and other.modified_on:
		return (one.modified_on > other.modified_on) - (one.modified_on < other.modified_on)
	return 0


def is_older(one: Stamp, other: Stamp) -> bool:
	return compare(one, other) < 0
