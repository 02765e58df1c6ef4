"""How fast teams are sent and there, from seconds by group to the rows that people read."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import MEASURES, in_minutes, percent

STEPS = ("dispatch", "arrival", "on_site")
COUNTED = ("with_standard", "in_time", "solved", "towed", "cancelled")


def response_times(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a group: key, orders, `<step>_<measure>` in minutes (None where no order has one), solved, towed, cancelled and two shares.

	`in_time_percent`: of the orders at which a team arrived and that have a standard, those where it was kept. `solved_percent`: of those
	that ended solved or towed, those that were solved on site. None where there are none.

	Args:
		groups: key, orders, COUNTED, and `<step>_<measure>` in seconds.
	"""
	return [
		{
			"key": row["key"] or "",
			"orders": int(row["orders"]),
			**{name: in_minutes(row[name]) for name in (f"{step}_{measure}" for step in STEPS for measure in MEASURES)},
			**{name: int(row[name] or 0) for name in ("solved", "towed", "cancelled")},
			"in_time_percent": percent(row["in_time"], row["with_standard"]),
			"solved_percent": percent(row["solved"], (row["solved"] or 0) + (row["towed"] or 0)),
		}
		for row in groups
	]
