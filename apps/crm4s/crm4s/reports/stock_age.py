"""How long cars have been standing, and what money stands in them."""

from datetime import date

import pandas as pd

from crm4s.reports.service_steps import percent

# The last days of the bands; older cars are in the last one.
BANDS = (30, 60, 90, 180)
OLD_AFTER = 90


def band_of(days: int) -> int:
	"""The position of the band: 0 for up to 30 days, 4 for more than 180."""
	return sum(days > last for last in BANDS)


def with_age(cars: pd.DataFrame, today: date) -> pd.DataFrame:
	"""The cars with days (since they came, 0 for what is dated later) and band.

	Args:
		cars: column since (date).
	"""
	days = (pd.Timestamp(today) - pd.to_datetime(cars["since"])).dt.days.clip(lower=0).astype(int)
	return cars.assign(days=days, band=days.map(band_of))


def stock_age(cars: pd.DataFrame) -> list[dict]:
	"""One row a key, most money first: key, cars, share_percent, allocated, mean_days, oldest_days, old (over 90 days), old_percent, bound (CNY).

	Args:
		cars: columns key, days, cost (CNY), allocated (bool).
	"""
	rows = [{"key": key, **total_of(group)} for key, group in cars.groupby("key", sort=True)]
	for row in rows:
		row["share_percent"] = percent(row["cars"], len(cars))
	return sorted(rows, key=lambda row: -row["bound"])


def total_of(cars: pd.DataFrame) -> dict:
	count = len(cars)
	old = int((cars["days"] > OLD_AFTER).sum())
	return {
		"cars": count,
		"allocated": int(cars["allocated"].sum()),
		"mean_days": round(float(cars["days"].mean())) if count else None,
		"oldest_days": int(cars["days"].max()) if count else None,
		"old": old,
		"old_percent": percent(old, count),
		"bound": round(float(cars["cost"].sum()), 2),
	}
