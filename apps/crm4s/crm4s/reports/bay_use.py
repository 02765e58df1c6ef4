"""How bays are used: minutes booked, worked and idle of the minutes that their store is open."""

import pandas as pd

MINUTES = ("open", "booked", "worked")


def bay_use(days: pd.DataFrame) -> list[dict]:
	"""One row a key, in the order of the keys: key, bay_days, hours open, booked, worked, idle, and booked_percent, worked_percent, idle_percent of open.

	Idle is what is open and neither booked nor worked: the longer of both counts as taken, for a booked car is worked on in its booking; what was worked
	beyond the opening hours makes a day no longer. A day on which a bay was closed and nobody worked is none.

	Args:
		days: one row a bay and day, columns key, open, booked, worked in minutes.
	"""
	days = days[days[list(MINUTES)].sum(axis=1) > 0]
	taken = days[["booked", "worked"]].max(axis=1).clip(upper=days["open"])
	sums = days.assign(idle=days["open"] - taken, bay_days=1).groupby("key", as_index=False)[["bay_days", *MINUTES, "idle"]].sum()
	return [_row(row) for row in sums.to_dict("records")]


def total_of(days: pd.DataFrame) -> dict:
	"""All together; without any day None for the shares."""
	rows = bay_use(days.assign(key=""))
	return rows[0] if rows else _row({"key": "", "bay_days": 0, "open": 0, "booked": 0, "worked": 0, "idle": 0})


def _row(sums: dict) -> dict:
	shares = {f"{name}_percent": round(100 * float(sums[name]) / float(sums["open"]), 1) if sums["open"] else None for name in ("booked", "worked", "idle")}
	hours = {name: round(float(sums[name]) / 60, 1) for name in (*MINUTES, "idle")}
	return {"key": sums["key"], "bay_days": int(sums["bay_days"]), **hours, **shares}
