"""Whose word counts for each field of a pair. Pure.

What both sides said last is remembered as digests, so it can be told on which side a field was changed, and no value is kept a second time.
After an agreement both sides are equal: whoever looks next, from either side, finds nothing to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OURS, THEIRS, NEWEST = "CRM", "Other System", "Latest"


@dataclass
class Agreement:
	"""What is to be written on each side, and the digests of what both say afterwards."""

	here: dict[str, Any] = field(default_factory=dict)
	there: dict[str, Any] = field(default_factory=dict)
	digests: dict[str, str] = field(default_factory=dict)


def agree(
	ours: Mapping[str, Any],
	theirs: Mapping[str, Any],
	agreed: Mapping[str, str],
	owner: Callable[[str], str],
	ours_is_newer: bool,
	digest: Callable[[Any], str],
) -> Agreement:
	"""
	Args:
		ours, theirs: the same fields, in the same form; empty values are None.
		agreed: digests of what both said last; fields that were never compared are missing.
		owner: OURS, THEIRS or NEWEST of a field.
		ours_is_newer: whether our document was changed after theirs, where both changed a field of which the newer word counts.
	"""
	found = Agreement()
	for name, our_value in ours.items():
		value = _winner(our_value, theirs[name], agreed.get(name), owner(name), ours_is_newer, digest)
		if value != our_value:
			found.here[name] = value
		if value != theirs[name]:
			found.there[name] = value
		found.digests[name] = digest(value)
	return found


def _winner(ours: Any, theirs: Any, base: str | None, owner: str, ours_is_newer: bool, digest: Callable[[Any], str]) -> Any:
	if ours == theirs:
		return ours
	changed_here, changed_there = base != digest(ours), base != digest(theirs)
	if base is None:
		changed_here, changed_there = ours is not None, theirs is not None
	if owner == NEWEST:
		wins = ours_is_newer if changed_here and changed_there else changed_here
	else:
		wins = owner == OURS
	value, other, was_changed = (ours, theirs, changed_here) if wins else (theirs, ours, changed_there)
	# What nobody took away is filled from the other side.
	return other if value is None and not was_changed else value
