"""How far leads came through the states of the sales process, where they dropped off, and how long they stood in each state."""

from collections.abc import Sequence

import pandas as pd

from crm4s.reports.lead_funnel import percent


def sales_funnel(path: Sequence[str], groups: pd.DataFrame) -> pd.DataFrame:
	"""One row a state of `path`, in its order: state, reached, went_on, dropped, lost, open, dropped_percent, of_all_percent.

	A lead that skipped a state has reached it all the same: what counts is how far it came. Of those that came no further than a state,
	`lost` are lost and `open` may still go on; both together have `dropped` out of the way to the next. Nobody drops out of the last state.

	Args:
		path: the states from first contact to won.
		groups: columns furthest (position in path), status, count.
	"""
	ended = groups.groupby(["furthest", "status"])["count"].sum()
	here = pd.DataFrame(
		[{status: int(ended.get((position, status), 0)) for status in ("Open", "Lost", "Won")} for position in range(len(path))],
		columns=["Open", "Lost", "Won"],
	)
	reached = here.sum(axis=1)[::-1].cumsum()[::-1].astype(int)
	frame = pd.DataFrame({"state": list(path), "reached": reached})
	frame["went_on"] = reached.shift(-1, fill_value=0).astype(int)
	frame["lost"], frame["open"] = here["Lost"], here["Open"]
	frame["dropped"] = frame["reached"] - frame["went_on"]
	if len(frame):
		frame.loc[frame.index[-1], "dropped"] = 0
	frame["dropped_percent"] = percent(frame["dropped"], frame["reached"])
	frame["of_all_percent"] = percent(frame["reached"], pd.Series([reached.iloc[0] if len(reached) else 0] * len(frame)))
	return frame


def reached_by(path: Sequence[str], groups: pd.DataFrame) -> pd.DataFrame:
	"""One row a key, most leads first: key, how many reached each state as state_0, state_1 …, and of_all_percent for the last one.

	Args:
		groups: columns key, furthest, status, count; a missing key becomes an empty text.
	"""
	frame = groups.assign(key=groups["key"].fillna(""))
	rows = [
		{"key": key, **{f"state_{position}": int(rows.loc[rows["furthest"] >= position, "count"].sum()) for position in range(len(path))}}
		for key, rows in frame.groupby("key")
	]
	table = pd.DataFrame(rows, columns=["key", *(f"state_{position}" for position in range(len(path)))])
	if path:
		table["of_all_percent"] = percent(table[f"state_{len(path) - 1}"], table["state_0"])
		table = table.sort_values(["state_0", "key"], ascending=[False, True], kind="stable").reset_index(drop=True)
	return table


def median_minutes(times: pd.DataFrame) -> dict[str, float]:
	"""The median of the minutes by state: of an even number the mean of the two in the middle.

	Args:
		times: columns state, minutes, count; each row says that so many leads stood so many minutes in the state.
	"""
	return {state: _median(rows.sort_values("minutes")) for state, rows in times.groupby("state")}


def _median(rows: pd.DataFrame) -> float:
	below = rows["count"].cumsum()
	total = int(below.iloc[-1])
	middle = [rows["minutes"][below >= place].iloc[0] for place in ((total + 1) // 2, total // 2 + 1)]
	return float(sum(middle) / 2)
