"""Of the customers who were invited to surveys, how many got the message, opened it and answered, and what came of low scores. Pure."""

import pandas as pd

from crm4s.reports.lead_funnel import percent

COUNTS = ("invited", "sent", "opened", "answered", "ended", "low", "closed")


def response_rate(groups: pd.DataFrame) -> pd.DataFrame:
	"""One row a key, most invitations first: the counts, `sent_percent` of the invited, `response_percent` of those who were reached, `hours`.

	Args:
		groups: columns key, COUNTS, and `hours`, the sum of the hours from a low answer to the closing of its complaint; a missing key becomes an empty text.

	`opened` counts those who opened the form or answered, `ended` those whose time ran out or who are not asked any more. Whoever answered was reached,
	also where no message says so: on the phone, or by a link that was handed on.
	"""
	frame = groups.assign(key=groups["key"].fillna("")).groupby("key", as_index=False)[[*COUNTS, "hours"]].sum()
	return _with_rates(frame).sort_values(["invited", "key"], ascending=[False, True]).reset_index(drop=True)


def total_of(frame: pd.DataFrame) -> dict:
	"""All rows together, with the rates of all."""
	sums = frame.assign(hours=frame["hours"] * frame["closed"])[[*COUNTS, "hours"]].sum().to_frame().T
	return _with_rates(sums).iloc[0].to_dict()


def _with_rates(frame: pd.DataFrame) -> pd.DataFrame:
	frame = frame.astype({**dict.fromkeys(COUNTS, int), "hours": float})
	reached = frame[["sent", "answered"]].max(axis=1)
	frame["sent_percent"] = percent(reached, frame["invited"])
	frame["response_percent"] = percent(frame["answered"], reached)
	# The mean of the loops that were closed.
	frame["hours"] = (frame["hours"] / frame["closed"].where(frame["closed"] != 0)).fillna(0).round(1)
	return frame
