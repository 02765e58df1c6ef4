"""How long cars stay and whether what was promised was kept: from seconds by group to the rows that people read."""

from collections.abc import Iterable, Mapping

STEPS = ("waiting", "repair", "stay")
MEASURES = ("median", "p90")


def step_times(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a group: key, visits, `<step>_<measure>` in minutes (None where no visit has one), promised, kept_percent (None without a promise).

	Args:
		groups: key, visits, promised, kept, and `<step>_<measure>` in seconds.
	"""
	return [
		{
			"key": row["key"] or "",
			"visits": int(row["visits"]),
			**{name: in_minutes(row[name]) for name in (f"{step}_{measure}" for step in STEPS for measure in MEASURES)},
			"promised": int(row["promised"] or 0),
			"kept_percent": percent(row["kept"], row["promised"]),
		}
		for row in groups
	]


def in_minutes(seconds: float | None) -> int | None:
	"""Rounded to the minute."""
	return None if seconds is None else round(float(seconds) / 60)


def percent(part: float | None, whole: float | None) -> float | None:
	return round(100 * float(part or 0) / float(whole), 1) if whole else None
