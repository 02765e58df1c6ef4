"""How much of what is useful to know of a customer or a car is known. What counts how much is data: C4S Completeness Fact."""

from collections.abc import Mapping
from typing import Any


def completeness_percent(facts: Mapping[str, Any], weights: Mapping[str, int]) -> int:
	"""Weighted share of known facts in whole percent, rounded down so that 100 means all; a fact counts if it is not empty. 100 where nothing counts."""
	whole = sum(weights.values())
	known = sum(weight for name, weight in weights.items() if facts.get(name))
	return known * 100 // whole if whole else 100


def missing_facts(facts: Mapping[str, Any], weights: Mapping[str, int]) -> list[str]:
	"""What is not known and counts, the heaviest first."""
	return sorted((name for name, weight in weights.items() if weight and not facts.get(name)), key=lambda name: -weights[name])
