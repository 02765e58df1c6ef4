"""Service nodes: of the cars that came to their first, second, third … service, how many came to the next one. From counts of crm4s.reports.returns."""

import pandas as pd

from crm4s.reports.lead_funnel import percent
from crm4s.reports.returns import LAST_NODE


def retention(counts: pd.DataFrame, window: int, last_month: int) -> pd.DataFrame:
	"""One row a node from 0, the delivery, to the ninth service: node, cars, came, missed, came_percent, reach_percent.

	`reach_percent` is how many of a hundred delivered cars get to the next node if at each node as many come as did here: the product of the shares.
	Cars whose window is not over yet do not count.

	Args:
		counts: columns node, month (number), node_cars and next_<window>.
		window: months within which the next service counts.
		last_month: the last month that is over, by its number.
	"""
	over = counts[(counts["month"] + window <= last_month) & (counts["node"] < LAST_NODE)]
	sums = over.groupby("node")[["node_cars", f"next_{window}"]].sum().reindex(range(LAST_NODE), fill_value=0)
	frame = sums.set_axis(["cars", "came"], axis=1).astype(int).rename_axis("node").reset_index()
	frame["missed"] = frame["cars"] - frame["came"]
	frame["came_percent"] = percent(frame["came"], frame["cars"])
	share = (frame["came"] / frame["cars"].where(frame["cars"] != 0)).fillna(0)
	frame["reach_percent"] = (share.cumprod() * 100).round(1)
	return frame
