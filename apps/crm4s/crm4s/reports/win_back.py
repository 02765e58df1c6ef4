"""What became of the retention cases that were opened in a time: won back, ended, still open, what it cost, and what the cars brought afterwards."""

import pandas as pd

from crm4s.reports.lead_funnel import percent

COUNTS = ("opened", "contacted", "won_back", "ended", "bought_again")
AMOUNTS = ("cost", "revenue")


def win_back(cases: pd.DataFrame, coupons: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
	"""One row a key: the counts, open, cost, revenue, win_back_percent of all that were opened, decided_percent of those that are over.

	Args:
		cases: columns key, COUNTS and cost, of what was given but coupons; a missing key becomes an empty text.
		coupons: columns key, cost: what coupons that were given took off bills.
		revenue: columns key, revenue: what cars that were won back brought since, the visit that won them included.
	"""
	frame = cases.assign(key=cases["key"].fillna("")).groupby("key", as_index=False)[[*COUNTS, "cost"]].sum()
	for other in (coupons, revenue):
		name = other.columns[1]
		sums = other.assign(key=other["key"].fillna("")).groupby("key")[name].sum().astype(float)
		found = frame["key"].map(sums).fillna(0.0).astype(float)
		frame[name] = frame[name].astype(float) + found if name in frame else found
	return with_rates(frame)


def with_rates(frame: pd.DataFrame) -> pd.DataFrame:
	frame = frame.astype({**dict.fromkeys(COUNTS, int), **dict.fromkeys(AMOUNTS, float)})
	frame["open"] = frame["opened"] - frame["won_back"] - frame["ended"]
	frame["win_back_percent"] = percent(frame["won_back"], frame["opened"])
	frame["decided_percent"] = percent(frame["won_back"], frame["won_back"] + frame["ended"])
	for name in AMOUNTS:
		frame[name] = frame[name].round(2)
	return frame


def total_of(frame: pd.DataFrame) -> dict:
	"""All rows together, with the rates of all."""
	sums = frame[[*COUNTS, *AMOUNTS]].sum().to_frame().T
	return with_rates(sums).iloc[0].to_dict()
