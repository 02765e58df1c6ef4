"""The satisfaction index on 1,000 points, and the net promoter score.

A rating x on a scale from lowest to highest counts as (x − lowest) ÷ (highest − lowest), so that scales of five and of
ten points can stand in one survey (Fornell et al. 1996, "The American Customer Satisfaction Index", Journal of
Marketing 60(4), general form of the index, there times 100). Ratings are averaged by their weights within their indicator,
indicators by theirs within the one above, up to the whole survey. Only what was answered counts: an indicator without
answers does not pull the index down.

Only indicators of satisfaction count in the index. The other kinds (the four service values, delivered value and its cost, customer equity) are
views of their own on the same answers: each kind has a tree of its own. Also about cost the highest answer is the best one, no cost at all.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

POINTS = 1000
# Kind of question: the lowest and the highest answer.
RATING_SCALES = {"Rating 1-10": (1, 10), "Rating 1-5": (1, 5)}
NPS_KIND = "NPS 0-10"
# Kinds of surveys about what customers met with; what they expect, what shoppers and assessors found are other matters.
EXPERIENCE = ("SSI", "CSI", "NPS", "Lost Customer", "Interview")
NUMBER_SCALES = RATING_SCALES | {NPS_KIND: (0, 10)}
PROMOTER, PASSIVE, DETRACTOR = "Promoter", "Passive", "Detractor"
SATISFACTION, DELIVERED_VALUE, DELIVERED_COST = "Satisfaction", "Delivered Value", "Delivered Cost"


@dataclass(frozen=True)
class Rating:
	"""One answered rating question. `weight` counts beside the other questions of the same indicator.

	`question` is what the question is called in stored measures; `also` a second indicator, of another kind.
	"""

	value: float
	lowest: float
	highest: float
	weight: float = 1
	indicator: str | None = None
	question: str | None = None
	also: str | None = None

	@property
	def share(self) -> float:
		"""Where the answer stands on its scale, 0 to 1."""
		return (self.value - self.lowest) / (self.highest - self.lowest)


@dataclass(frozen=True)
class Indicator:
	"""A node of the indicator tree. `weight` counts beside the other nodes below the same parent."""

	weight: float = 1
	parent: str | None = None
	kind: str = SATISFACTION


@dataclass(frozen=True)
class Measures:
	"""What one response says.

	Attributes:
		score: the index, 0 to 1,000, or None where nothing was rated that counts in it.
		rated: how many answers it rests on.
		points: of each indicator of each kind that was answered at or below it, 0 to 1,000.
		shares: of each question, 0 to 1: where its answer stands on its scale.
	"""

	score: float | None = None
	rated: int = 0
	points: dict[str, float] = field(default_factory=dict)
	shares: dict[str, float] = field(default_factory=dict)

	def as_json(self) -> str:
		"""`{"i": {indicator: points}, "q": {question: share}}`, which reports read by the hundred thousand."""
		points = {name: round(value, 1) for name, value in self.points.items()}
		shares = {name: round(value, 4) for name, value in self.shares.items()}
		return json.dumps({"i": points, "q": shares}, ensure_ascii=False, separators=(",", ":"))


def measures(ratings: Iterable[Rating], indicators: Mapping[str, Indicator]) -> Measures:
	"""The score of a response, and the points of every indicator and question in it. Raises like `index_by_indicator`."""
	ratings = list(ratings)
	by_kind: dict[str, list[Rating]] = defaultdict(list)
	for rating in ratings:
		for indicator in dict.fromkeys((rating.indicator, rating.also)):
			if indicator is None and rating.indicator is not None:
				continue
			kind = indicators[indicator].kind if indicator is not None else SATISFACTION
			by_kind[kind].append(Rating(rating.value, rating.lowest, rating.highest, rating.weight, indicator))
	points: dict[str, float] = {}
	score = None
	for kind, found in by_kind.items():
		index = index_by_indicator(found, indicators)
		whole = index.pop(None, None)
		score = whole if kind == SATISFACTION else score
		points |= index
	rated = len(by_kind[SATISFACTION]) if score is not None else 0
	return Measures(score, rated, points, {rating.question: rating.share for rating in ratings if rating.question})


def index_by_indicator(ratings: Iterable[Rating], indicators: Mapping[str, Indicator]) -> dict[str | None, float]:
	"""The index of every indicator that has an answer at or below it, and under None that of the whole, 0 to 1,000.

	Questions without an indicator stand at the top beside the indicators without a parent. Nothing is returned for a node
	whose answers weigh nothing.

	Raises:
		KeyError: a rating or a parent names an indicator that is not in `indicators`.
		ValueError: the tree of indicators has a circle.
	"""
	parts: dict[str | None, list[tuple[float, float]]] = defaultdict(list)
	for rating in ratings:
		parts[rating.indicator].append((rating.weight, rating.share))
	depth = _depths(set(parts), indicators)
	index = {}
	# From the deepest upwards, so that every node is complete before it counts in the one above.
	while parts:
		node = max(parts, key=lambda name: depth[name])
		mean = _weighted_mean(parts.pop(node))
		if mean is None:
			continue
		index[node] = mean * POINTS
		if node is not None:
			parts[indicators[node].parent].append((indicators[node].weight, mean))
	return index


def satisfaction_index(ratings: Iterable[Rating], indicators: Mapping[str, Indicator]) -> float | None:
	"""The index of the whole, 0 to 1,000, or None where nothing was rated that weighs anything."""
	return index_by_indicator(ratings, indicators).get(None)


def nps_group(answer: int) -> str:
	"""Promoter for 9 and 10, passive for 7 and 8, detractor below (Reichheld 2003, "The One Number You Need to Grow")."""
	if answer >= 9:
		return PROMOTER
	return PASSIVE if answer >= 7 else DETRACTOR


def net_promoter_score(answers: Iterable[int]) -> float | None:
	"""Share of promoters less share of detractors, −100 to 100, or None without answers."""
	groups = [nps_group(answer) for answer in answers]
	if not groups:
		return None
	return 100 * (groups.count(PROMOTER) - groups.count(DETRACTOR)) / len(groups)


def delivered_value(value: float | None, cost: float | None) -> float | None:
	"""What the customer keeps, in points from -1,000 to 1,000: total value less total cost, each on 1,000 points; None where one was not asked."""
	return None if value is None or cost is None else value - cost


def met_expectation(experience: float | None, expectation: float | None) -> float | None:
	"""Experience ÷ expectation, both on 1,000 points; 1 where it was as expected. None where one was not asked or nothing was expected."""
	return experience / expectation if experience is not None and expectation else None


def _weighted_mean(parts: list[tuple[float, float]]) -> float | None:
	weight = sum(weight for weight, _ in parts)
	return sum(weight * value for weight, value in parts) / weight if weight > 0 else None


def _depths(names: set[str | None], indicators: Mapping[str, Indicator]) -> dict[str | None, int]:
	"""How far below the top each of the names and all above them stand; the top, None, stands at 0."""
	depths: dict[str | None, int] = {None: 0}
	for name in names:
		path = []
		while name not in depths:
			if name in path:
				raise ValueError(f"Indicator {name} stands below itself")
			path.append(name)
			name = indicators[name].parent
		for distance, above in enumerate(reversed(path), start=depths[name] + 1):
			depths[above] = distance
	return depths
