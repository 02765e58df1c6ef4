"""How complaints were handled: in time, how fast, how often again, what customers said of it."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent

COUNTS = (
	*("received", "open", "resolved", "closed", "reopened", "escalated", "response_due", "response_in_time"),
	*("resolution_due", "resolution_in_time", "rated", "satisfied", "rating_sum", "compensated"),
)


def handling(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most complaints first: the counts and what follows from them.

	response_percent = response_in_time ÷ response_due; resolution_percent likewise; reopened_percent = reopened ÷ received; satisfied_percent =
	satisfied ÷ rated; rating = rating_sum ÷ rated, one decimal; loop_days, loop_days_p90: median and nine of ten from receipt to closing, one decimal.
	None where nothing is divided.

	Args:
		groups: key, COUNTS, compensation (CNY), loop_median and loop_p90 (seconds, None where nothing was closed).
	"""
	rows = [{**row, **{name: int(row[name] or 0) for name in COUNTS}} for row in groups]
	return sorted(({**row, **_shares(row)} for row in rows), key=lambda row: (-row["received"], str(row["key"])))


def _shares(row: Mapping) -> dict:
	return {
		"response_percent": percent(row["response_in_time"], row["response_due"]),
		"resolution_percent": percent(row["resolution_in_time"], row["resolution_due"]),
		"reopened_percent": percent(row["reopened"], row["received"]),
		"escalated_percent": percent(row["escalated"], row["received"]),
		"satisfied_percent": percent(row["satisfied"], row["rated"]),
		"rating": round(row["rating_sum"] / row["rated"], 1) if row["rated"] else None,
		"loop_days": _days(row["loop_median"]),
		"loop_days_p90": _days(row["loop_p90"]),
		"compensation": round(float(row["compensation"] or 0), 2),
	}


def _days(seconds: float | None) -> float | None:
	return None if seconds is None else round(float(seconds) / 86_400, 1)
