"""From leads received to leads won: what becomes of the leads of a time, by source or by who follows them up."""

import pandas as pd

COUNTS = ["received", "contacted", "won", "lost"]


def lead_funnel(groups: pd.DataFrame) -> pd.DataFrame:
	"""One row a group, most leads first: key, received, contacted, won, lost, open, contacted_percent, conversion_percent.

	The leads received in a time are followed to where they stand now, so that won ÷ received of a young group still grows.

	Args:
		groups: columns key, received, contacted, won, lost; a missing key becomes an empty text.
	"""
	frame = groups.assign(key=groups["key"].fillna(""))[["key", *COUNTS]].astype({name: int for name in COUNTS})
	frame = frame.sort_values(["received", "won"], ascending=False, kind="stable").reset_index(drop=True)
	frame["open"] = frame["received"] - frame["won"] - frame["lost"]
	frame["contacted_percent"] = percent(frame["contacted"], frame["received"])
	frame["conversion_percent"] = percent(frame["won"], frame["received"])
	return frame


def total_of(funnel: pd.DataFrame) -> dict[str, float]:
	"""The counts of all groups together, with their percentages; 0 % where there are no leads."""
	sums = funnel[[*COUNTS, "open"]].sum()
	together = pd.DataFrame([sums])
	return {
		**{name: int(sums[name]) for name in (*COUNTS, "open")},
		"contacted_percent": float(percent(together["contacted"], together["received"]).iloc[0]),
		"conversion_percent": float(percent(together["won"], together["received"]).iloc[0]),
	}


def percent(part: pd.Series, whole: pd.Series) -> pd.Series:
	"""part ÷ whole in percent with one decimal; 0 where whole is 0."""
	return (part / whole.where(whole != 0) * 100).fillna(0).astype(float).round(1)
