"""Parts of wholes, row by row; what cannot be divided is None."""

import pandas as pd


def share(part: pd.Series, whole: pd.Series) -> list[float | None]:
	"""part ÷ whole in percent with one decimal; None where whole is 0."""
	return ratio(100 * part, whole, 1)


def ratio(part: pd.Series, whole: pd.Series, decimals: int) -> pd.Series:
	"""part ÷ whole, rounded; None where whole is 0."""
	return pd.Series(
		[round(float(above) / float(below), decimals) if below else None for above, below in zip(part, whole)], index=part.index, dtype=object
	)
