"""The satisfaction index of groups of responses: pure, from sums that can be added up month by month.

A group's index is the mean of its responses' scores, so each customer counts once, however many questions were answered; the points of an indicator
are the mean over the responses in which it was asked. Both have a 95 % interval.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from crm4s.value.intervals import mean_interval, nps_interval
from crm4s.value.satisfaction import POINTS, delivered_value, met_expectation

# What is summed under this name is the score of the whole.
WHOLE = ""
SUMS = ["answers", "total", "squares"]


def sums_of(responses: pd.DataFrame, chosen: Iterable[str] | None = None) -> pd.DataFrame:
	"""Count, sum and sum of squares by group and by what was measured: columns key, what, SUMS.

	Args:
		responses: columns key, score (NaN without one) and measures (the JSON of `Measures.as_json`, or None).
		chosen: indicators to sum beside the whole; None for all.
	"""
	texts = responses["measures"].where(responses["measures"].notna(), '{"i":{}}')
	# One text is read faster than a hundred thousand.
	points = [stored.get("i") or {} for stored in json.loads(f"[{','.join(texts)}]")]
	values = pd.DataFrame(points, index=responses.index, columns=None if chosen is None else list(dict.fromkeys(chosen))).astype(float)
	values[WHOLE] = responses["score"].astype(float)
	keys = responses["key"].fillna("")
	parts = {"answers": values.groupby(keys).count(), "total": values.groupby(keys).sum(), "squares": (values**2).groupby(keys).sum()}
	tall = [part.rename_axis(index="key", columns="what").stack().rename(name) for name, part in parts.items()]
	found = pd.concat(tall, axis=1).reset_index()
	return found.loc[found["answers"] > 0, ["key", "what", *SUMS]]


def add_up(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
	"""The sums of several months together."""
	parts = [part for part in parts if len(part)]
	if not parts:
		return pd.DataFrame(columns=["key", "what", *SUMS])
	return pd.concat(parts).groupby(["key", "what"], as_index=False, sort=False)[SUMS].sum()


def with_index(sums: pd.DataFrame) -> pd.DataFrame:
	"""The sums with `index`, `low` and `high` on 1,000 points."""
	intervals = [mean_interval(int(row.answers), row.total, row.squares, 0, POINTS) for row in sums.itertuples()]
	return sums.assign(
		answers=sums["answers"].astype(int),
		index=(sums["total"] / sums["answers"]).astype(float),
		low=[low for low, _high in intervals],
		high=[high for _low, high in intervals],
	)


def by_group(sums: pd.DataFrame, columns: Sequence[str]) -> list[dict]:
	"""One dict a key: answers, index, low, high of the whole, and `points` and `counts` of each of the indicators in `columns`."""
	found = with_index(sums)
	rows = []
	for key, group in found.groupby("key", sort=True):
		by_what = group.set_index("what")
		whole = by_what.loc[WHOLE] if WHOLE in by_what.index else None
		present = [name for name in columns if name in by_what.index]
		rows.append(
			{
				"key": key,
				"answers": int(whole["answers"]) if whole is not None else 0,
				**{name: float(whole[name]) if whole is not None else None for name in ("index", "low", "high")},
				"points": {name: float(by_what.loc[name, "index"]) for name in present},
				"counts": {name: int(by_what.loc[name, "answers"]) for name in present},
			}
		)
	return rows


def in_tree_order(parents: Mapping[str, str | None], order: Mapping[str, int], names: Iterable[str]) -> list[tuple[str, int]]:
	"""The names with how deep they stand in the tree, each below its parent; parents of names come along."""
	wanted = set(names)
	for name in list(wanted):
		while (name := parents.get(name)) and name not in wanted:
			wanted.add(name)
	found: list[tuple[str, int]] = []

	def walk(parent: str | None, depth: int) -> None:
		below = [name for name in wanted if (parents.get(name) or None) == parent]
		for name in sorted(below, key=lambda name: (order.get(name, 0), name)):
			found.append((name, depth))
			walk(name, depth + 1)

	walk(None, 0)
	return found


def compare_with_expectation(experience: pd.DataFrame, expectation: pd.DataFrame) -> dict[str, dict]:
	"""By what was measured: answers and index of both, and the quotient; only what both asked."""
	ours, theirs = (with_index(part).set_index("what") for part in (experience, expectation))
	return {
		what: {
			"answers": int(ours.loc[what, "answers"]),
			"index": float(ours.loc[what, "index"]),
			"expected_answers": int(theirs.loc[what, "answers"]),
			"expected": float(theirs.loc[what, "index"]),
			"ratio": met_expectation(float(ours.loc[what, "index"]), float(theirs.loc[what, "index"])),
		}
		for what in ours.index
		if what in theirs.index
	}


def delivered_by_group(sums: pd.DataFrame, values: Sequence[str], costs: Sequence[str]) -> list[dict]:
	"""One dict a key with answers, value, cost and delivered: the means of the top indicators of each kind, and their difference.

	The best answer about a cost says that there was none, so the cost is what is missing to 1,000.
	"""
	rows = []
	for row in by_group(sums, [*values, *costs]):
		value, spared = _mean(row["points"], values), _mean(row["points"], costs)
		cost = None if spared is None else POINTS - spared
		asked = [row["counts"][name] for name in (*values, *costs) if name in row["counts"]]
		if asked:
			rows.append({"key": row["key"], "answers": max(asked), "value": value, "cost": cost, "delivered": delivered_value(value, cost)})
	return rows


def recommendation(counts: pd.DataFrame) -> list[dict]:
	"""One dict a key: promoters, passives, detractors, answers, nps with its interval, and the three shares in per cent.

	Args:
		counts: columns key, group (Promoter, Passive or Detractor), answers.
	"""
	rows = []
	for key, group in counts.groupby("key", sort=True):
		found = group.groupby("group")["answers"].sum()
		promoters, passives, detractors = (int(found.get(name, 0)) for name in ("Promoter", "Passive", "Detractor"))
		answers = promoters + passives + detractors
		if not answers:
			continue
		low, high = nps_interval(promoters, detractors, answers)
		rows.append(
			{
				"key": key,
				"promoters": promoters,
				"passives": passives,
				"detractors": detractors,
				"answers": answers,
				"nps": 100 * (promoters - detractors) / answers,
				"low": low,
				"high": high,
			}
		)
	return rows


def _mean(points: Mapping[str, float], names: Sequence[str]) -> float | None:
	known = [points[name] for name in names if name in points]
	return sum(known) / len(known) if known else None
