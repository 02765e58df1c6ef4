"""Which of two states of a record is the newer one. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import cmp_to_key
from typing import Protocol, TypeVar


class Stamp(Protocol):
	"""How new a state is; None where the system does not say."""

	version: int | None
	modified_on: datetime | None


class Numbered(Stamp, Protocol):
	external_id: str | None


State = TypeVar("State", bound=Numbered)


def compare(one: Stamp, other: Stamp) -> int:
	"""-1 where `one` is older, 1 where it is newer, 0 where they are the same or nobody can say. Versions count before times."""
	if one.version is not None and other.version is not None:
		return (one.version > other.version) - (one.version < other.version)
	if one.modified_on and other.modified_on:
		return (one.modified_on > other.modified_on) - (one.modified_on < other.modified_on)
	return 0


def is_older(one: Stamp, other: Stamp) -> bool:
	return compare(one, other) < 0


def is_stamped(one: Stamp) -> bool:
	return one.version is not None or one.modified_on is not None


def in_turns(records: Sequence[State]) -> list[list[State]]:
	"""Batches in which no number comes twice; states of one record follow each other as they are new."""
	states: dict[str, list[State]] = {}
	for one in records:
		states.setdefault(one.external_id.casefold(), []).append(one)
	turns: list[list[State]] = []
	for several in states.values():
		for turn, one in enumerate(sorted(several, key=cmp_to_key(compare))):
			if turn == len(turns):
				turns.append([])
			turns[turn].append(one)
	return turns
