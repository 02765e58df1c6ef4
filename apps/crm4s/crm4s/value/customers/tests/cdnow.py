"""The public CDNOW sample (Fader and Hardie): 2,357 customers of the first quarter of 1997 with their purchases until the end of September.

One row of data/cdnow_sample.csv is a kind of history with the number of its customers: frequency, days from first to last purchase and from first
purchase to the end, mean of the repeated purchases. `expected_39`, `alive` and `expected_mean` are what the package `lifetimes` 0.11.3 says of it:
purchases in the next 39 weeks, chance to come at all any more, amount of a purchase.
"""

from functools import cache
from pathlib import Path

import pandas as pd

DAYS_OF_WEEK = 7


@cache
def sample() -> pd.DataFrame:
	"""With recency and age in weeks."""
	found = pd.read_csv(Path(__file__).parent / "data" / "cdnow_sample.csv")
	return found.assign(recency=found["recency_days"] / DAYS_OF_WEEK, age=found["age_days"] / DAYS_OF_WEEK)
