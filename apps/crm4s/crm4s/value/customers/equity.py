"""Customer equity: what all customers of a store or a model are worth together, and what drives it.

The equity is the sum of lifetime values. Its drivers are the three that customers are asked about in surveys (the roots of the indicators of the kind
Customer Equity): value (quality, price, convenience), brand (awareness, attitude, ethics) and relationship (loyalty, special recognition), after Rust,
Zeithaml and Lemon 2000, "Driving Customer Equity". Product value is the same sum per model.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crm4s.value.intervals import mean_interval
from crm4s.value.satisfaction import POINTS, Indicator

KIND = "Customer Equity"
EQUITY = ["key", "customers", "equity", "mean", "share", "positive", "top_share"]
DRIVERS = ["key", "driver", "answers", "points", "low", "high", "gap"]
# Of the customers of a key that are worth most: how much of the equity they hold.
TOP = 0.2


def equity(values: pd.DataFrame) -> pd.DataFrame:
	"""One row a key, the largest equity first: columns EQUITY.

	`mean` is the value of a customer, `share` the part of the equity of all (of a negative whole: None), `positive` the customers who are worth more
	than nothing, `top_share` the part of the positive values that the best fifth of the key's customers holds, 0 to 1.

	Args:
		values: columns key (store, model …), lifetime_value; one row a customer, or, with a column `customers`, so many who are worth the same each.
	"""
	frame = values.assign(key=values["key"].fillna(""), customers=values["customers"] if "customers" in values else 1)
	frame["sum"] = frame["lifetime_value"] * frame["customers"]
	frame["positive"] = frame["customers"].where(frame["lifetime_value"] > 0, 0)
	found = frame.groupby("key", as_index=False)[["customers", "sum", "positive"]].sum().rename(columns={"sum": "equity"})
	found["mean"] = found["equity"] / found["customers"]
	whole = found["equity"].sum()
	found["share"] = found["equity"] / whole if whole > 0 else None
	tops = {key: top_share(part["lifetime_value"], part["customers"]) for key, part in frame.groupby("key")}
	found["top_share"] = found["key"].map(tops)
	return found.sort_values(["equity", "key"], ascending=[False, True], ignore_index=True)[EQUITY]


def top_share(values: pd.Series, customers: pd.Series | None = None, top: float = TOP) -> float | None:
	"""Which part of all positive value the best `top` of the customers hold; None where there is none."""
	values = np.asarray(values, dtype=float)
	customers = np.ones(len(values)) if customers is None else np.asarray(customers, dtype=float)
	order = np.argsort(-values, kind="stable")
	values, customers = np.maximum(values[order], 0), customers[order]
	whole = float(values @ customers)
	if whole <= 0:
		return None
	before = np.cumsum(customers) - customers
	counted = np.clip(top * customers.sum() - before, 0, customers)
	return float(values @ counted) / whole


def roots(indicators: Mapping[str, Indicator]) -> list[str]:
	"""The drivers: indicators of customer equity that stand below no other, in the order in which they are given."""
	return [name for name, indicator in indicators.items() if indicator.kind == KIND and not indicator.parent]


def driver_scores(points: pd.DataFrame) -> pd.DataFrame:
	"""One row a key and driver: columns DRIVERS, in points of 1,000.

	`low` and `high` are the ends of the 95 % interval of the mean, `gap` is how far it lies above all answers about this driver.

	Args:
		points: columns key, driver, points (0 to 1,000); one row a survey response that rated the driver.
	"""
	frame = points.assign(key=points["key"].fillna(""), square=points["points"].astype(float) ** 2)
	sums = frame.groupby(["key", "driver"], as_index=False, sort=True).agg(answers=("points", "size"), total=("points", "sum"), squares=("square", "sum"))
	sums["points"] = sums["total"] / sums["answers"]
	ends = [mean_interval(int(row.answers), row.total, row.squares, 0, POINTS) for row in sums.itertuples()]
	sums["low"], sums["high"] = [low for low, _ in ends], [high for _, high in ends]
	sums["gap"] = sums["points"] - sums["driver"].map(frame.groupby("driver")["points"].mean())
	return sums[DRIVERS]
