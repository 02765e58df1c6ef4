"""What customers are worth, as tables: value × risk, moves between classes, the RFM grid, the concentration of margin, bands of lifetime value. Pure."""

import numpy as np
import pandas as pd

from crm4s.reports.lead_funnel import percent
from crm4s.value.customers.classes import CLASSES, HIGH_AT_RISK, HIGH_STABLE, LOW_AT_RISK, LOW_STABLE, NO_VALUE

SUMS = ["customers", "revenue", "margin", "positive_margin", "relationship_cost", "expected_visits", "yearly_margin", "lifetime_value", "risk_sum"]
# Row of the matrix: its class where customers are stable, where they may leave, and where they have no value, which is neither.
MATRIX = {"High Value": (HIGH_STABLE, HIGH_AT_RISK, None), "Low Value": (LOW_STABLE, LOW_AT_RISK, None), NO_VALUE: (None, None, NO_VALUE)}
NEW = GONE = ""
STEPS = range(1, 6)


def matrix(classes: pd.DataFrame) -> list[dict]:
	"""Three rows: key, stable, at_risk, no_value, customers, share (percent of all), stable_value, at_risk_value, lifetime_value.

	Args:
		classes: columns value_class, customers, lifetime_value; rows of one class are added up.
	"""
	sums = classes.groupby("value_class")[["customers", "lifetime_value"]].sum()
	whole = sums["customers"].sum()
	rows = []
	for key, names in MATRIX.items():
		counts = [int(sums["customers"].get(name, 0)) if name else 0 for name in names]
		values = [float(sums["lifetime_value"].get(name, 0)) if name else 0.0 for name in names]
		row = {"key": key, "stable": counts[0], "at_risk": counts[1], "no_value": counts[2], "customers": sum(counts)}
		row |= {"stable_value": values[0], "at_risk_value": values[1], "lifetime_value": round(sum(values), 2)}
		rows.append({**row, "share": round(100 * row["customers"] / whole, 1) if whole else 0.0})
	return rows


def by_key(groups: pd.DataFrame, by: str, keys: list[str] | None = None) -> pd.DataFrame:
	"""One row a value of `by`: key, SUMS, margin_after_cost, customers_percent, value_percent, value_each.

	Args:
		groups: columns `by` and SUMS.
		keys: all keys in their order; else the most valuable first.
	"""
	frame = groups.assign(key=groups[by].fillna("")).groupby("key")[SUMS].sum()
	frame = frame.sort_values(["lifetime_value"], ascending=False, kind="stable") if keys is None else frame.reindex(keys, fill_value=0)
	frame = frame.reset_index().astype({**dict.fromkeys(SUMS, float), "customers": int})
	frame["margin_after_cost"] = frame["margin"] - frame["relationship_cost"]
	frame["customers_percent"] = _shares(frame["customers"])
	frame["value_percent"] = _shares(frame["lifetime_value"])
	frame["value_each"] = (frame["lifetime_value"] / frame["customers"].where(frame["customers"] != 0)).fillna(0).round(2)
	return frame


def migration(moves: pd.DataFrame, stock: dict[str, int], is_known: bool = True) -> pd.DataFrame:
	"""Who went from where to where: one row a class before, and NEW; key, a column a class, gone (who has no class any more), and total.

	Args:
		moves: columns before, after, customers: of customers whose class changed in between, the first before and the last after.
		stock: class → customers at the end.
		is_known: whether classes are known of the beginning; else all are new.
	"""
	moves = moves.assign(before=moves["before"].fillna(NEW), after=moves["after"].fillna(NEW))
	table = moves[moves["before"] != moves["after"]].pivot_table(index="before", columns="after", values="customers", aggfunc="sum", fill_value=0)
	table = table.reindex(index=[*CLASSES, NEW], columns=[*CLASSES, GONE], fill_value=0).astype(int)
	for name in CLASSES:
		# The others of the class were in it before, too.
		table.loc[name if is_known else NEW, name] += max(stock.get(name, 0) - int(table[name].sum()), 0)
	return table.assign(total=table.sum(axis=1)).rename(columns={GONE: "gone"}).rename_axis("key").reset_index()


def rfm_grid(cells: pd.DataFrame, measure: str) -> pd.DataFrame:
	"""Recency × frequency: one row a recency score, the most recent first: key, f_1 … f_5, total.

	Args:
		cells: columns rfm_recency, rfm_frequency, customers and the measures.
		measure: customers, or a sum; "margin_each" for the margin of a customer.
	"""
	sums = cells.groupby(["rfm_recency", "rfm_frequency"])[["customers", "margin_after_cost", "lifetime_value"]].sum().astype(float)
	customers = _grid(sums["customers"])
	if measure == "margin_each":
		margin = _grid(sums["margin_after_cost"])
		grid = (margin / customers.where(customers != 0)).fillna(0)
	else:
		grid = _grid(sums[measure])
	return grid.round(2).rename_axis("key").reset_index()


def _grid(values: pd.Series) -> pd.DataFrame:
	grid = values.unstack(fill_value=0).reindex(index=reversed(STEPS), columns=list(STEPS), fill_value=0).fillna(0)
	grid.columns = [f"f_{step}" for step in STEPS]
	return grid.assign(total=grid.sum(axis=1))


def lorenz(bands: pd.DataFrame, points: int = 20) -> list[tuple[float, float]]:
	"""Of the best x percent of customers, the percentage y of all positive margin that they bring: from (0, 0) to (100, 100).

	Args:
		bands: columns customers, margin: sums of customers with like margins; within a band they count as alike.
	"""
	bands = bands[bands["customers"] > 0]
	each = bands["margin"].astype(float) / bands["customers"]
	bands = bands.assign(each=each, kept=bands["margin"].astype(float).clip(lower=0)).sort_values("each", ascending=False, kind="stable")
	whole = bands["kept"].sum()
	if whole <= 0:
		return []
	x = np.concatenate([[0], np.cumsum(bands["customers"]) / bands["customers"].sum() * 100])
	y = np.concatenate([[0], np.cumsum(bands["kept"]) / whole * 100])
	steps = np.linspace(0, 100, points + 1)
	return [(round(float(step), 1), round(float(found), 1)) for step, found in zip(steps, np.interp(steps, x, y))]


def value_bands(bands: pd.DataFrame, width: int, most: int = 20) -> pd.DataFrame:
	"""The distribution of lifetime value: one row a band: low, high (CNY; None at the open end), customers, lifetime_value, customers_percent, value_percent.

	Args:
		bands: columns band (number: the lifetime value ÷ width, rounded down), customers, lifetime_value.
		width: of a band, in CNY.
		most: bands above are one, what is not positive is one below all.
	"""
	place = bands["band"].astype(int).clip(lower=-1, upper=most - 1)
	sums = bands.assign(band=place).groupby("band")[["customers", "lifetime_value"]].sum()
	last = int(sums.index.max()) if len(sums) else -1
	first = -1 if -1 in sums.index else 0
	frame = sums.reindex(range(first, last + 1), fill_value=0).reset_index().astype({"customers": int, "lifetime_value": float})
	frame["low"] = [None if band < 0 else band * width for band in frame["band"]]
	frame["high"] = [None if band == most - 1 else (band + 1) * width for band in frame["band"]]
	frame["customers_percent"] = _shares(frame["customers"])
	frame["value_percent"] = _shares(frame["lifetime_value"].clip(lower=0))
	return frame


def _shares(values: pd.Series) -> pd.Series:
	return percent(values.astype(float), pd.Series(float(values.sum()), index=values.index))
