"""From the visits of cars to counts of who came back: how many of the cars of a month, and of a service node, were seen again within how many months."""

import numpy as np
import pandas as pd

# Months within which a car may be asked to have come back.
WINDOWS = (3, 6, 9, 12, 18, 24)
BACK, NEXT = tuple(f"back_{window}" for window in WINDOWS), tuple(f"next_{window}" for window in WINDOWS)
COUNTS = ("cars", *BACK, "node_cars", *NEXT)
KEYS = ["dealership", "model", "month", "node"]
# The tenth service and all after it are one node; the delivery of the car is node 0.
LAST_NODE, DELIVERY = 10, 0
# Who comes again within a week comes about the same thing.
DAYS_APART = 7


def month_number(days: np.ndarray) -> np.ndarray:
	"""Months since the year 0 of days that are numpy's days since 1970."""
	return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def month_start(month: int) -> str:
	"""The first day of a month by its number, such as 2026-11-01."""
	return f"{month // 12:04}-{month % 12 + 1:02}-01"


def count_returns(visits: pd.DataFrame, deliveries: pd.DataFrame) -> pd.DataFrame:
	"""One row a dealership, model, month (number) and node with COUNTS.

	A car counts in `cars` once a month, in the store in which it was last, and in `back_N` if it was seen again, in whatever store, in one of the N months
	after. Its k-th service counts in `node_cars` of node k, and in `next_N` if the next one followed until the end of the N-th month after; visits within a
	week are one service. A delivery is node 0, unless the car was here before.

	Args:
		visits: columns vehicle, day (days since 1970), dealership, model; any order.
		deliveries: the same columns, a row a car at most.
	"""
	visits = visits.sort_values(["vehicle", "day"], kind="stable").reset_index(drop=True)
	visits["month"] = month_number(visits["day"].to_numpy(np.int64))
	is_service = services(visits["vehicle"].to_numpy(), visits["day"].to_numpy(np.int64))
	node = pd.Series(is_service).groupby(visits["vehicle"]).cumsum().astype(int)
	visits["node"] = node.clip(upper=LAST_NODE)
	parts = [_of_months(visits), _of_nodes(visits[is_service]), _of_deliveries(visits, deliveries)]
	return add_up(parts)


def add_up(parts: list[pd.DataFrame]) -> pd.DataFrame:
	"""Counts of several sets of cars together."""
	together = pd.concat(parts, ignore_index=True)
	if together.empty:
		return pd.DataFrame(columns=[*KEYS, *COUNTS])
	together[list(COUNTS)] = together.reindex(columns=list(COUNTS)).astype(float).fillna(0).astype(int)
	return together.groupby(KEYS, as_index=False, dropna=False)[list(COUNTS)].sum()


def services(vehicle: np.ndarray, day: np.ndarray) -> np.ndarray:
	"""Which of the visits, by car and day, begin a service: those that do not follow within a week of one that does."""
	begins = np.ones(len(day), bool)
	same = np.zeros(len(day), bool)
	same[1:] = vehicle[1:] == vehicle[:-1]
	anchor = np.arange(len(day))
	for position in np.flatnonzero(same & (np.diff(day, prepend=0) < DAYS_APART)):
		before = anchor[position - 1]
		if day[position] - day[before] < DAYS_APART:
			begins[position], anchor[position] = False, before
	return begins


def _of_months(visits: pd.DataFrame) -> pd.DataFrame:
	last = visits.drop_duplicates(["vehicle", "month"], keep="last")
	gap = _following(last, last["month"]) - last["month"]
	return _counted(last, "cars", BACK, gap)


def _of_nodes(services: pd.DataFrame) -> pd.DataFrame:
	gap = _following(services, services["month"]) - services["month"]
	return _counted(services, "node_cars", NEXT, gap)


def _of_deliveries(visits: pd.DataFrame, deliveries: pd.DataFrame) -> pd.DataFrame:
	first = visits.drop_duplicates("vehicle").set_index("vehicle")
	first_day = deliveries["vehicle"].map(first["day"])
	fresh = deliveries[~(first_day < deliveries["day"])].copy()
	fresh["month"], fresh["node"] = month_number(fresh["day"].to_numpy(np.int64)), DELIVERY
	gap = fresh["vehicle"].map(first["month"]) - fresh["month"]
	return _counted(fresh, "node_cars", NEXT, gap)


def _following(rows: pd.DataFrame, months: pd.Series) -> pd.Series:
	"""The month of the same car's next row; missing after its last."""
	return months.groupby(rows["vehicle"]).shift(-1)


def _counted(rows: pd.DataFrame, count: str, names: tuple[str, ...], gap: pd.Series) -> pd.DataFrame:
	found = rows[KEYS].copy()
	found[count] = 1
	for window, name in zip(WINDOWS, names, strict=True):
		found[name] = (gap <= window).astype(int)
	return found
