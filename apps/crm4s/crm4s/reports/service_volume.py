"""Visits (进店量) and what a visit brings (客单量): from grouped sums to the rows that people read."""

from collections.abc import Sequence

import pandas as pd

from crm4s.value.money import per_head

MEASURES = ["visits", "customers", "amount"]


def service_volume(groups: pd.DataFrame, keys: Sequence[str] | None = None) -> pd.DataFrame:
	"""One row a group with key, visits, customers, amount (CNY), amount_per_visit (CNY, to the cent).

	Args:
		groups: columns key, visits, customers (distinct ones), amount. A missing key becomes an empty text.
		keys: all keys in their order, such as every month of a year, so that one without visits shows 0; without it the
			groups come by visits, most first.
	"""
	frame = groups.assign(key=groups["key"].fillna("")).set_index("key")[MEASURES]
	if keys is None:
		frame = frame.sort_values(["visits", "amount"], ascending=False, kind="stable")
	else:
		frame = frame.reindex(keys, fill_value=0)
	frame["amount_per_visit"] = [
		float(per_head(amount, visits)) for amount, visits in zip(frame["amount"], frame["visits"])
	]
	frame = frame.reset_index()
	return frame.astype({"visits": int, "customers": int, "amount": float, "amount_per_visit": float})
