"""From sums of what customers did in each store to the summary that `evaluate` reads: a row a customer and store, and one with everything of those
who deal with several stores of a group. Pure; the site's tables and the group's files are read by others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

PLACE = {"customer": str, "dealership": str}
VISIT_FIGURES = {"first_day": int, "last_day": int, "visits": int, "visit_revenue": float, "visit_margin": float}
DEAL_FIGURES = {"deals": int, "deal_days": int, "first_deal_day": int, "last_deal_day": int, "deal_revenue": float, "deal_margin": float}
COST_FIGURES = {"cost": float}
FIGURES = (*VISIT_FIGURES, *DEAL_FIGURES, *COST_FIGURES)


@dataclass(frozen=True)
class Dealings:
	"""Sums of some customers, all of each of them.

	Attributes:
		visits: columns of PLACE and VISIT_FIGURES, and vehicle: the car that came last.
		deals: columns of PLACE and DEAL_FIGURES, and deal_model: the model that was bought last.
		costs: columns of PLACE and COST_FIGURES; an empty dealership for costs of no store.
		days: of customers with several stores of a group, with the group's root: on how many days they came to any of them.
	"""

	visits: pd.DataFrame
	deals: pd.DataFrame
	costs: pd.DataFrame
	days: Mapping[tuple[str, str], int]


def of_several_stores(visits: pd.DataFrame, deals: pd.DataFrame, roots: dict) -> dict[str, list[str]]:
	"""The customers of several stores of a group, by the root of the group."""
	places = pd.concat([visits[[*PLACE]], deals[[*PLACE]]], ignore_index=True).drop_duplicates()
	places["root"] = _roots_of(places["dealership"], roots)
	several = places[places.duplicated(["customer", "root"])]
	return {root: sorted(set(customers)) for root, customers in several.groupby("root")["customer"]}


def _roots_of(stores: pd.Series, roots: dict) -> pd.Series:
	"""The root of each; of a store that stands nowhere the store itself."""
	return stores.map({name: roots.get(name, name) for name in stores.unique()})


def put_together(fetched: Dealings, roots: Mapping[str, str], models: Mapping[str, str]) -> pd.DataFrame:
	"""The rows of these customers in order of customer and store, the whole row of several stores last.

	Columns: customer, dealership, model, is_whole (1 for what counts for the group), several (1 for a row over several stores) and FIGURES.

	Args:
		roots: the top node of the tree that each store stands in.
		models: of cars.
	"""
	by_store = fetched.visits.merge(fetched.deals, how="outer", on=[*PLACE])
	if by_store.empty:
		return nothing()
	by_store = by_store.fillna(dict.fromkeys((*VISIT_FIGURES, *DEAL_FIGURES), 0)).fillna({"vehicle": "", "deal_model": ""})
	by_store["root"] = _roots_of(by_store["dealership"], roots)
	split = by_store.duplicated(["customer", "root"], keep=False).to_numpy()
	of_root = _costs_of_roots(fetched.costs, by_store, roots)
	single = by_store[~split].join(of_root, on=["customer", "root"]).assign(is_whole=1, several=0)
	parts = [single]
	if split.any():
		own = by_store[split]
		parts.append(own.merge(fetched.costs, how="left", on=[*PLACE]).assign(is_whole=0, several=0))
		parts.append(_wholes(own, fetched.days).join(of_root, on=["customer", "root"]).assign(is_whole=1, several=1))
	rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
	rows = rows.fillna(dict.fromkeys(COST_FIGURES, 0.0))
	return _finished(rows.sort_values(["customer", "several", "dealership"], kind="stable", ignore_index=True), models)


def _costs_of_roots(costs: pd.DataFrame, by_store: pd.DataFrame, roots: dict) -> pd.DataFrame:
	"""Costs by customer and root. Those of no store belong to the group with which the customer dealt last; who has one row only has them there."""
	dealings = pd.DataFrame({"customer": by_store["customer"], "root": by_store["root"], "last": by_store[["last_day", "last_deal_day"]].max(axis=1)})
	latest = dealings.sort_values(["last", "root"], kind="stable").drop_duplicates("customer", keep="last").set_index("customer")["root"]
	where = _roots_of(costs["dealership"], roots).where(costs["dealership"] > "", latest.reindex(costs["customer"]).fillna("").to_numpy())
	return costs.assign(root=where.astype(object)).groupby(["customer", "root"], sort=False)[[*COST_FIGURES]].sum()


def _wholes(own: pd.DataFrame, days: dict) -> pd.DataFrame:
	"""All dealings of each customer of several stores of a group: sums are added, a day in two stores is one day. What other groups deal stays out."""
	newest = own.assign(last=own[["last_day", "last_deal_day"]].max(axis=1)).sort_values(["customer", "last"], kind="stable")
	for column in ("first_day", "first_deal_day"):
		newest[column] = newest[column].where(newest[column] > 0)
	figures = {
		**dict.fromkeys(("first_day", "first_deal_day"), "min"), **dict.fromkeys(("last_day", "last_deal_day"), "max"),
		**dict.fromkeys(("visit_revenue", "visit_margin", "deals", "deal_days", "deal_revenue", "deal_margin"), "sum"),
		**dict.fromkeys(("vehicle", "deal_model"), "last"),
	}
	rows = newest.groupby(["customer", "root"], sort=False).agg(figures).fillna({"first_day": 0.0, "first_deal_day": 0.0}).reset_index()
	# Who only bought cars has no day of a visit.
	rows["visits"] = [float(days.get(pair, 0)) for pair in zip(rows["customer"], rows["root"], strict=True)]
	return rows.assign(dealership=rows["root"])


def _finished(rows: pd.DataFrame, models: dict) -> pd.DataFrame:
	"""The model of the car that came last, else of the car that was bought last; figures as numbers."""
	# Series.map would make a Series of a million models for each range.
	rows["model"] = [models.get(vehicle) or bought or "" for vehicle, bought in zip(rows["vehicle"], rows["deal_model"], strict=True)]
	whole_numbers = ["first_day", "last_day", "visits", "deals", "deal_days", "first_deal_day", "last_deal_day", "is_whole", "several"]
	amounts = ["visit_revenue", "visit_margin", "deal_revenue", "deal_margin", *COST_FIGURES]
	return rows.drop(columns=["vehicle", "deal_model", "root"]).astype({**dict.fromkeys(whole_numbers, np.int64), **dict.fromkeys(amounts, float)})


def nothing() -> pd.DataFrame:
	"""The summary of nobody."""
	return _finished(pd.DataFrame(columns=["customer", "dealership", *FIGURES, "vehicle", "deal_model", "root", "is_whole", "several"]), {})


def roots_of_tree(nodes: Iterable[tuple[str, int, int]]) -> dict[str, str]:
	"""The top node of the tree that each node stands in.

	Args:
		nodes: name, left and right edge, by the left edge.
	"""
	roots, top, end = {}, None, 0
	for name, left, right in nodes:
		if top is None or left > end:
			top, end = name, right
		roots[name] = top
	return roots
