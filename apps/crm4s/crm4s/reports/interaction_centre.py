"""How contacts were taken and answered: how many, missed, resolved at the first contact, in time, and how long was talked."""

import pandas as pd

from crm4s.reports.lead_funnel import percent

COUNTS = ("inbound", "outbound", "missed", "resolved_first", "reopened", "with_due", "in_time", "talks", "talk_seconds")


def figures(counts: pd.DataFrame) -> pd.DataFrame:
	"""One row a key: the counts and what follows from them.

	missed_percent = missed ÷ inbound; first_contact_percent = resolved_first ÷ (inbound − missed): whoever was not spoken to could not be helped;
	in_time_percent = in_time ÷ with_due; talk_minutes = talk_seconds ÷ 60 ÷ talks, one decimal. 0 where nothing is divided.

	Args:
		counts: columns key and COUNTS, several rows a key; a missing key becomes an empty text. `with_due`: contacts with a due time that were
			answered or whose due time is over; `in_time`: of those, answered by then; `talks`: calls that were answered and have ended.
	"""
	frame = counts.assign(key=counts["key"].fillna("")).groupby("key", as_index=False)[list(COUNTS)].sum()
	frame = frame.astype(dict.fromkeys(COUNTS, int))
	frame["taken"] = frame["inbound"] - frame["missed"]
	frame["missed_percent"] = percent(frame["missed"], frame["inbound"])
	frame["first_contact_percent"] = percent(frame["resolved_first"], frame["taken"])
	frame["in_time_percent"] = percent(frame["in_time"], frame["with_due"])
	frame["talk_minutes"] = (frame["talk_seconds"] / 60 / frame["talks"].where(frame["talks"] > 0)).fillna(0.0).round(1)
	return frame


def total_of(frame: pd.DataFrame) -> dict:
	"""The figures of all keys together."""
	if frame.empty:
		frame = pd.DataFrame([dict.fromkeys(COUNTS, 0)])
	return figures(frame[list(COUNTS)].assign(key="")).iloc[0].to_dict()
