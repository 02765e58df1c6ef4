"""Churn: of the cars that were here N months ago, how many were not seen since. From counts of crm4s.reports.returns."""

from collections.abc import Mapping

import pandas as pd

from crm4s.reports.lead_funnel import percent
from crm4s.reports.returns import BACK, WINDOWS

FIGURES = ["cars", "kept", "lost"]


def with_losses(counts: pd.DataFrame, usual: int, windows: Mapping[str, int] | None = None) -> pd.DataFrame:
	"""The counts with `told`, the number of the month of which the loss is told, kept and lost.

	Churn of month M with window N: distinct cars that were here in month M − N and in none of the months up to M, ÷ distinct cars here in month M − N.

	Args:
		counts: columns model, month (number), cars and BACK.
		usual: window in months, one of WINDOWS, of models that have none of their own.
		windows: windows of models.
	"""
	own = counts["model"].map(dict(windows or {}))
	window = own.where(own.isin(WINDOWS), usual).astype(int)
	kept = sum((counts[f"back_{months}"] * (window == months) for months in WINDOWS), start=pd.Series(0, index=counts.index))
	return counts.assign(told=counts["month"] + window, kept=kept, lost=counts["cars"] - kept)


def churn(losses: pd.DataFrame, by: str) -> pd.DataFrame:
	"""One row a value of `by`, in its order: key, cars, kept, lost, churn_percent.

	Args:
		losses: columns `by`, cars, kept, lost.
	"""
	frame = losses.assign(key=losses[by]).groupby("key", as_index=False)[FIGURES].sum().astype(dict.fromkeys(FIGURES, int))
	frame["churn_percent"] = percent(frame["lost"], frame["cars"])
	return frame


def total_of(frame: pd.DataFrame) -> dict:
	sums = frame[FIGURES].sum().to_frame().T
	return {**{name: int(sums[name].iloc[0]) for name in FIGURES}, "churn_percent": float(percent(sums["lost"], sums["cars"]).iloc[0])}


def cohorts(counts: pd.DataFrame, last_month: int) -> pd.DataFrame:
	"""One row a month in which cars were here: key (month number), cars, and back_N as the percentage that was seen again within N months.

	Args:
		counts: columns month (number), cars and BACK.
		last_month: the last month that is over, by its number; what is not over by then is missing.
	"""
	frame = counts.assign(key=counts["month"]).groupby("key", as_index=False)[["cars", *BACK]].sum()
	for window, name in zip(WINDOWS, BACK, strict=True):
		frame[name] = percent(frame[name], frame["cars"]).where(frame["key"] + window <= last_month)
	return frame.astype({"cars": int})
