"""Which cars are due in the coming weeks: for service, insurance and inspection, beside what is booked already."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from crm4s.reports.service_steps import percent

COUNTS = ("service", "expected", "booked", "insurance", "inspection")
OVERDUE = -1


def monday_of(day: date) -> date:
	return day - timedelta(days=day.weekday())


def week_of(key: int, this_monday: date) -> tuple[date, date]:
	"""Monday and Sunday of the week with this number; 0 is the week of `this_monday`."""
	begins = this_monday + timedelta(weeks=key)
	return begins, begins + timedelta(days=6)


def due_forecast(parts: Iterable[Iterable[Mapping]], keys: Iterable | None = None) -> list[dict]:
	"""One row a key: key, COUNTS, booked_percent = booked ÷ expected (None without expected ones).

	Args:
		parts: rows of key and some of COUNTS.
		keys: all keys in their order, so that a week without cars shows 0; without it the keys with most service first.
	"""
	sums: dict = {key: dict.fromkeys(COUNTS, 0) for key in keys or ()}
	for part in parts:
		for row in part:
			held = sums.setdefault(row["key"], dict.fromkeys(COUNTS, 0))
			for name in COUNTS:
				held[name] += int(row.get(name) or 0)
	rows = [{"key": key, **held, "booked_percent": percent(held["booked"], held["expected"])} for key, held in sums.items()]
	return rows if keys is not None else sorted(rows, key=lambda row: -row["service"])
