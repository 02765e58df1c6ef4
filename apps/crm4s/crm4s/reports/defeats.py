"""Why leads were lost: defeats by reason, competitor, how far they had come, and more."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent


def defeats(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most defeats first: key, defeats, share_percent (of all defeats), still_lost, revived, revived_percent, days.

	A lead that was lost twice are two defeats. `days`: from receiving the lead to the defeat, on average, with one decimal.

	Args:
		groups: key, defeats, revived (of these, leads that were opened again), days (summed).
	"""
	sums: dict = {}
	for group in groups:
		held = sums.setdefault(group["key"], {"defeats": 0, "revived": 0, "days": 0.0})
		for name in held:
			held[name] += type(held[name])(group[name] or 0)
	everything = sum(held["defeats"] for held in sums.values())
	rows = [{"key": key, **_shares(held, everything)} for key, held in sums.items()]
	return sorted(rows, key=lambda row: -row["defeats"])


def _shares(held: Mapping, everything: int) -> dict:
	count = held["defeats"]
	return {
		"defeats": count,
		"share_percent": percent(count, everything),
		"still_lost": count - held["revived"],
		"revived": held["revived"],
		"revived_percent": percent(held["revived"], count),
		"days": round(held["days"] / count, 1) if count else None,
	}
