"""What leads of a source, channel or campaign brought and cost: from grouped sums to rates and the return on the cost."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from crm4s.reports.ratios import ratio, share

LEADS = ("leads", "won", "lost")
DEALS = ("delivered", "revenue", "margin")
SUMS = (*LEADS, *DEALS)


def source_return(parts: Sequence[pd.DataFrame], costs: pd.DataFrame) -> pd.DataFrame:
	"""One row a key, most margin first: key, SUMS, cost and what follows.

	conversion_percent = won ÷ leads; cost_per_lead = cost ÷ leads; cost_per_car = cost ÷ delivered; net_return = margin − cost;
	return_percent = net_return ÷ cost. A key without a cost that is known has None for all that needs one: nobody noted it, which is not that it was free.

	Args:
		parts: frames with key and some of SUMS.
		costs: columns key, cost.
	"""
	known = costs.assign(key=costs["key"].fillna("")).groupby("key")["cost"].sum()
	frame = pd.concat([part.assign(key=part["key"].fillna("")) for part in (*parts, costs[["key"]])], ignore_index=True)
	frame = frame.reindex(columns=["key", *SUMS]).groupby("key", as_index=False)[list(SUMS)].sum()
	frame = frame.astype({name: float if name in ("revenue", "margin") else int for name in SUMS})
	frame["cost"] = pd.Series([float(known[key]) if key in known.index else None for key in frame["key"]], dtype=object)
	return with_return(frame).sort_values(["margin", "leads"], ascending=False, kind="stable").reset_index(drop=True)


def total_of(frame: pd.DataFrame) -> dict:
	"""All together; the return counts the margin of those only whose cost is known, beside their cost."""
	sums = {name: frame[name].sum() for name in SUMS}
	told = frame[frame["cost"].notna()]
	cost = float(told["cost"].sum()) if len(told) else None
	net = None if cost is None else float(told["margin"].sum()) - cost
	return {
		**sums,
		"conversion_percent": share(pd.Series([sums["won"]]), pd.Series([sums["leads"]]))[0],
		"cost": cost,
		"net_return": net,
		"return_percent": round(100 * net / cost, 1) if cost else None,
	}


def cost_of_days(cost: float, first: date, last: date, begin: date, end: date) -> float:
	"""Of what was spent evenly on the days first to last, the part on those from begin to end; all days included, to the cent."""
	days = (min(last, end) - max(first, begin)).days + 1
	return round(float(cost) * max(days, 0) / ((last - first).days + 1), 2)


def with_return(frame: pd.DataFrame) -> pd.DataFrame:
	net = pd.Series([None if cost is None else margin - cost for margin, cost in zip(frame["margin"], frame["cost"])], index=frame.index, dtype=object)
	return frame.assign(
		conversion_percent=share(frame["won"], frame["leads"]),
		cost_per_lead=_of_cost(frame, frame["cost"], "leads", 2),
		cost_per_car=_of_cost(frame, frame["cost"], "delivered", 2),
		net_return=net,
		return_percent=pd.Series(
			[round(100 * gain / cost, 1) if cost else None for gain, cost in zip(net, frame["cost"])], index=frame.index, dtype=object
		),
	)


def _of_cost(frame: pd.DataFrame, cost: pd.Series, by: str, decimals: int) -> pd.Series:
	return ratio(cost.where(cost.notna(), 0), frame[by].where(cost.notna(), 0), decimals)
