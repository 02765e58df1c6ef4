"""Appointments: how many visits have one, who came and who did not, and how long before they were made."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent

COUNTS = ("planned", "arrived", "no_show", "cancelled", "waiting", "on_time")


def appointments(groups: Iterable[Mapping], visits: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most appointments first: key, COUNTS, visits, with_appointment, and what follows from them.

	no_show_percent = no_show ÷ (arrived + no_show); on_time_percent = on_time ÷ arrived; cancelled_percent = cancelled ÷ planned; lead_days: from
	making to the planned hour, mean, one decimal; appointment_percent = with_appointment ÷ visits, None where visits have no such key.

	Args:
		groups: key, COUNTS, lead_seconds (summed).
		visits: key, visits (arrived in the workshop), with_appointment.
	"""
	sums: dict = {}
	for row in (*groups, *visits):
		held = sums.setdefault(row["key"], dict.fromkeys((*COUNTS, "visits", "with_appointment"), 0) | {"lead_seconds": 0.0})
		for name in held:
			held[name] += type(held[name])(row.get(name) or 0)
	return sorted(({"key": key, **_shares(held)} for key, held in sums.items()), key=lambda row: -row["planned"])


def _shares(held: dict) -> dict:
	lead_seconds = held.pop("lead_seconds")
	return {
		**held,
		"no_show_percent": percent(held["no_show"], held["arrived"] + held["no_show"]),
		"on_time_percent": percent(held["on_time"], held["arrived"]),
		"cancelled_percent": percent(held["cancelled"], held["planned"]),
		"lead_days": round(lead_seconds / 86_400 / held["planned"], 1) if held["planned"] else None,
		"appointment_percent": percent(held["with_appointment"], held["visits"]),
	}
