"""Who sold what: leads, test drives and deals of a time side by side, one row a consultant or store."""

from collections.abc import Sequence

import pandas as pd

from crm4s.reports.ratios import ratio, share

LEADS = ("leads", "won", "due", "in_time")
DRIVES = ("drives",)
DEALS = ("orders", "delivered", "revenue", "list_price", "discount", "margin")
COUNTS = (*LEADS, *DRIVES, *DEALS)


def league(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
	"""One row a key, ranked by cars delivered, then by margin: rank, key, COUNTS and what follows from them.

	in_time_percent = in_time ÷ due (answered, or the time for it is over); conversion_percent = won ÷ leads, of the leads received in the time as they stand now; discount_percent =
	discount ÷ list_price and margin_per_car = margin ÷ delivered, both of the cars delivered. None where nothing is divided.
	Equal deliveries and margin share a rank.

	Args:
		parts: frames with key and some of COUNTS; a missing key becomes an empty text.
	"""
	frame = pd.concat([part.assign(key=part["key"].fillna("")) for part in parts], ignore_index=True)
	frame = frame.reindex(columns=["key", *COUNTS]).groupby("key", as_index=False)[list(COUNTS)].sum()
	frame = frame.astype({name: float if name in DEALS[2:] else int for name in COUNTS})
	frame = with_shares(frame).sort_values(["delivered", "margin", "orders", "leads"], ascending=False, kind="stable").reset_index(drop=True)
	ahead = list(zip(-frame["delivered"], -frame["margin"]))
	frame.insert(0, "rank", [1 + sum(other < own for other in ahead) for own in ahead])
	return frame


def total_of(frame: pd.DataFrame) -> dict:
	"""The counts and shares of all together."""
	return with_shares(pd.DataFrame([frame[list(COUNTS)].sum()])).iloc[0].to_dict()


def with_shares(frame: pd.DataFrame) -> pd.DataFrame:
	return frame.assign(
		in_time_percent=share(frame["in_time"], frame["due"]),
		conversion_percent=share(frame["won"], frame["leads"]),
		discount_percent=share(frame["discount"], frame["list_price"]),
		margin_per_car=ratio(frame["margin"], frame["delivered"], 2),
	)
