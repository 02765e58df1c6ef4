"""Who gets which lead: fair, and the same for the same input. Pure.

A consultant with a limit is full when the open leads reach it; a full one is passed over. Leads for whom nobody has room get nobody.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

METHODS = ROUND_ROBIN, LEAST_LOAD, MODEL_SKILL = "Round Robin", "Least Load", "Model Skill"


@dataclass(frozen=True)
class Wish:
	"""What a lead is about; all but the key may be unknown."""

	key: str
	brand: str | None = None
	series: str | None = None
	model: str | None = None


@dataclass(frozen=True)
class Skill:
	"""A brand, a series of it, or one model; what is empty stands for all."""

	brand: str | None = None
	series: str | None = None
	model: str | None = None

	def depth(self, wish: Wish) -> int:
		"""How exactly this fits the wish: 3 for the model, 2 for the series, 1 for the brand, 0 for not at all."""
		given = {"brand": self.brand, "series": self.series, "model": self.model}
		if not any(given.values()) or any(value and value != getattr(wish, part) for part, value in given.items()):
			return 0
		return 3 if self.model else 2 if self.series else 1


@dataclass(frozen=True)
class Consultant:
	"""`open_leads` before this assignment; `limit` 0 for none."""

	user: str
	open_leads: int = 0
	limit: int = 0
	skills: tuple[Skill, ...] = ()

	def depth(self, wish: Wish) -> int:
		return max((skill.depth(wish) for skill in self.skills), default=0)


def assign(wishes: Sequence[Wish], consultants: Sequence[Consultant], method: str, last: str | None = None) -> dict[str, str]:
	"""The user for each key that gets one. `consultants` in the order of their turns; `last` had the last turn.

	Raises:
		ValueError: no such method.
	"""
	if method == ROUND_ROBIN:
		return _in_turn(wishes, consultants, last)
	if method == LEAST_LOAD:
		return _to_the_least(wishes, consultants)
	if method == MODEL_SKILL:
		return _to_the_skilled(wishes, consultants)
	raise ValueError(f"No such method: {method}")


def last_turn(order: Sequence[str], last: str | None, there: set[str]) -> str | None:
	"""Whose turn it counts as having been, when `last` is away: the nearest one before who is there, so that nobody's turn is passed over."""
	if last not in order:
		return None
	position = list(order).index(last)
	before = [*order[position + 1 :], *order[: position + 1]]
	return next((user for user in reversed(before) if user in there), None)


def _in_turn(wishes: Sequence[Wish], consultants: Sequence[Consultant], last: str | None) -> dict[str, str]:
	users = [consultant.user for consultant in consultants]
	position = users.index(last) + 1 if last in users else 0
	load = {consultant.user: consultant.open_leads for consultant in consultants}
	given: dict[str, str] = {}
	for wish in wishes:
		for step in range(len(consultants)):
			consultant = consultants[(position + step) % len(consultants)]
			if _has_room(consultant, load[consultant.user]):
				given[wish.key] = consultant.user
				load[consultant.user] += 1
				position += step + 1
				break
		else:
			break
	return given


def _to_the_least(wishes: Sequence[Wish], consultants: Sequence[Consultant]) -> dict[str, str]:
	queue = [(consultant.open_leads, position) for position, consultant in enumerate(consultants)]
	queue = [entry for entry in queue if _has_room(consultants[entry[1]], entry[0])]
	heapq.heapify(queue)
	given: dict[str, str] = {}
	for wish in wishes:
		if not queue:
			break
		load, position = queue[0]
		given[wish.key] = consultants[position].user
		if _has_room(consultants[position], load + 1):
			heapq.heapreplace(queue, (load + 1, position))
		else:
			heapq.heappop(queue)
	return given


def _to_the_skilled(wishes: Sequence[Wish], consultants: Sequence[Consultant]) -> dict[str, str]:
	"""The deepest knowledge that has room counts; among equals the one with the fewest open leads, then the order of turns."""
	load = [consultant.open_leads for consultant in consultants]
	depths: dict[tuple, list[int]] = {}
	given: dict[str, str] = {}
	for wish in wishes:
		kind = (wish.brand, wish.series, wish.model)
		if kind not in depths:
			depths[kind] = [consultant.depth(wish) for consultant in consultants]
		free = [position for position, consultant in enumerate(consultants) if _has_room(consultant, load[position])]
		if not free:
			break
		chosen = min(free, key=lambda position: (-depths[kind][position], load[position], position))
		given[wish.key] = consultants[chosen].user
		load[chosen] += 1
	return given


def _has_room(consultant: Consultant, load: int) -> bool:
	return not consultant.limit or load < consultant.limit
