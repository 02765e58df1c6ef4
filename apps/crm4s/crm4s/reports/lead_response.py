"""How fast leads were answered: seconds by group to the rows that people read."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent

STEPS = ("response",)
SUMS = ("answered", "in_time", "late", "waiting", "within_15", "within_60")


def lead_response(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a group: key, leads, SUMS, response_median and response_p90 in working minutes (None where nobody was answered), and shares in percent.

	in_time_percent = in_time ÷ (in_time + late + overdue), None without any; answered_percent = answered ÷ leads; within_15_percent and
	within_60_percent = answered within so many working minutes ÷ answered.

	Args:
		groups: key, leads, SUMS, overdue (not answered though the time for it is over), response_median and response_p90 in seconds.
	"""
	return [_row(group) for group in groups]


def _row(group: Mapping) -> dict:
	counts = {name: int(group[name] or 0) for name in ("leads", *SUMS, "overdue")}
	due = counts["in_time"] + counts["late"] + counts["overdue"]
	return {
		"key": group["key"],
		**counts,
		**{name: _minutes(group[name]) for name in ("response_median", "response_p90")},
		"in_time_percent": percent(counts["in_time"], due),
		"answered_percent": percent(counts["answered"], counts["leads"]),
		"within_15_percent": percent(counts["within_15"], counts["answered"]),
		"within_60_percent": percent(counts["within_60"], counts["answered"]),
	}


def _minutes(seconds: float | None) -> float | None:
	return None if seconds is None else round(float(seconds) / 60, 1)
