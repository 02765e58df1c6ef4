"""Months and ten-day periods (旬) as keys that sort by time: 2026-11, and 2026-11-1 to 2026-11-3."""

from datetime import date, timedelta

MONTH, TEN_DAYS = "Month", "Ten-Day Period"


def part_of_month(day: int) -> int:
	"""1 for the days 1–10, 2 for 11–20, 3 for the rest of the month."""
	return min((day - 1) // 10, 2) + 1


def period_key(moment: date, grain: str) -> str:
	"""The key of the period in which the day lies."""
	month = f"{moment.year:04}-{moment.month:02}"
	return month if grain == MONTH else f"{month}-{part_of_month(moment.day)}"


def periods_between(first: date, last: date, grain: str) -> list[str]:
	"""The keys of all periods that have a day from `first` to `last`, both included; none where last is before first."""
	keys = []
	day = first
	while day <= last:
		keys.append(period_key(day, grain))
		day = _start_of_next(day, grain)
	return keys


def days_of(key: str) -> tuple[date, date]:
	"""The first and the last day of the period with this key.

	Raises ValueError for a text that is no key.
	"""
	year, month, *part = (int(number) for number in key.split("-"))
	if len(part) > 1 or (part and not 1 <= part[0] <= 3):
		raise ValueError(f"{key!r} is no period")
	grain = TEN_DAYS if part else MONTH
	first = date(year, month, 10 * part[0] - 9 if part else 1)
	return first, _start_of_next(first, grain) - timedelta(days=1)


def last_ended(today: date, grain: str) -> str:
	"""The key of the newest period that is over when `today` begins."""
	return period_before(period_key(today, grain))


def period_before(key: str) -> str:
	"""The key of the period before, of the same grain."""
	first, _last = days_of(key)
	return period_key(first - timedelta(days=1), _grain(key))


def year_before(key: str) -> str:
	"""The key of the same period a year earlier."""
	year, rest = key.split("-", 1)
	return f"{int(year) - 1:04}-{rest}"


def _grain(key: str) -> str:
	return TEN_DAYS if key.count("-") == 2 else MONTH


def _start_of_next(day: date, grain: str) -> date:
	if grain == TEN_DAYS and day.day <= 20:
		return day.replace(day=part_of_month(day.day) * 10 + 1)
	return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
