"""Test drives: how many took place, how they were liked, and whether those who drove bought."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent

COUNTS = ("planned", "done", "no_show", "cancelled", "rated", "leads", "won", "open")


def drives_by_key(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most drives first: key, COUNTS, done_percent, no_show_percent, rating, conversion_percent, decided_percent.

	done_percent = done ÷ (done + no_show + cancelled); no_show_percent likewise; rating: of the rated drives, one decimal; conversion_percent = won ÷
	leads, where `leads` are the distinct leads with a drive that took place; decided_percent = won ÷ (leads − open). None where nothing is divided.

	Args:
		groups: key, COUNTS, rating (summed).
	"""
	return sorted((_row(group) for group in groups), key=lambda row: -row["planned"])


def _row(group: Mapping) -> dict:
	counts = {name: int(group[name] or 0) for name in COUNTS}
	over = counts["done"] + counts["no_show"] + counts["cancelled"]
	return {
		"key": group["key"],
		**counts,
		"done_percent": percent(counts["done"], over),
		"no_show_percent": percent(counts["no_show"], over),
		"rating": round(float(group["rating"]) / counts["rated"], 1) if counts["rated"] else None,
		"conversion_percent": percent(counts["won"], counts["leads"]),
		"decided_percent": percent(counts["won"], counts["leads"] - counts["open"]),
	}
