"""Cars that came back because something was not right: out of the visits of a time, how many, how soon, at what cost."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent


def comebacks(visits: Mapping, returned: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most that came back first: key, visits, returned (of these visits), comebacks, rate_percent, days, internal_cost.

	rate_percent = returned ÷ visits; days: from settling the visit to the first coming back, mean, one decimal; internal_cost: what the comebacks
	charged to ourselves, CNY.

	Args:
		visits: settled visits by key.
		returned: rows of key, returned, comebacks, seconds (summed), internal_cost.
	"""
	found = {row["key"]: row for row in returned}
	keys = [*visits, *(key for key in found if key not in visits)]
	rows = [_row(key, int(visits.get(key) or 0), found.get(key) or {}) for key in keys]
	return sorted(rows, key=lambda row: (-row["returned"], -row["visits"]))


def _row(key, visits: int, found: Mapping) -> dict:
	returned = int(found.get("returned") or 0)
	return {
		"key": key,
		"visits": visits,
		"returned": returned,
		"comebacks": int(found.get("comebacks") or 0),
		"rate_percent": percent(returned, visits),
		"days": round(float(found["seconds"]) / 86_400 / returned, 1) if returned else None,
		"internal_cost": round(float(found.get("internal_cost") or 0), 2),
	}
