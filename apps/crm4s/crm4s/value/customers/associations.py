"""Who has this often has that as well: rules from what customers have, and what each of them lacks by the best rule.

Of a rule "left, so right": *support* is the share of all customers who have both, *confidence* the share of those with the left who have the right,
*lift* how many times the usual share that is (Agrawal, Imielinski and Swami 1993, "Mining Association Rules between Sets of Items in Large
Databases", SIGMOD; lift after Brin et al. 1997). A rule stands only where enough customers show it and where its confidence is above the usual share
even at the lower end of its interval, so that chance among few makes none.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crm4s.value.intervals import Z

LEAST_CUSTOMERS, LEAST_CONFIDENCE, LEAST_LIFT = 30, 0.1, 1.1
# Where so many of either side have the other one as well, both are one thing, such as a part and its fitting.
SAME_THING = 0.9
RULE = ["left", "right", "customers", "left_customers", "right_customers", "lacking", "support", "confidence", "lift"]
OFFER = ["customer", "offer", "because", "support", "confidence", "lift"]
CUSTOMERS_AT_ONCE = 100_000


def rules(
	baskets: pd.DataFrame, least_customers: int = LEAST_CUSTOMERS, least_confidence: float = LEAST_CONFIDENCE, least_lift: float = LEAST_LIFT
) -> pd.DataFrame:
	"""The rules, the most trustworthy first: columns RULE; `lacking` are customers with the left who do not have the right.

	Args:
		baskets: columns customer, item; who has an item twice has it once. All customers in it are "all".
		least_customers: who have both.
		least_confidence: 0 to 1.
		least_lift: 1 is no more than usual.
	"""
	has, _customers, items = _matrix(baskets)
	together = (has.T @ has).tocoo()
	counts = np.asarray(has.sum(axis=0), dtype=float).ravel()
	chosen = (together.row != together.col) & (together.data >= least_customers)
	left, right, both = together.row[chosen], together.col[chosen], together.data[chosen].astype(float)
	confidence, usual = both / counts[left], counts[right] / max(has.shape[0], 1)
	found = pd.DataFrame(
		{
			"left": items[left],
			"right": items[right],
			"customers": both.astype(int),
			"left_customers": counts[left].astype(int),
			"right_customers": counts[right].astype(int),
			"lacking": (counts[left] - both).astype(int),
			"support": both / max(has.shape[0], 1),
			"confidence": confidence,
			"lift": confidence / np.maximum(usual, 1e-300),
		},
		columns=RULE,
	)
	is_sure = (_lower_end(confidence, counts[left]) > usual) & (np.minimum(confidence, both / counts[right]) < SAME_THING)
	found = found[is_sure & (found["confidence"] >= least_confidence) & (found["lift"] >= least_lift)]
	return found.sort_values(["confidence", "lift", "left", "right"], ascending=[False, False, True, True], ignore_index=True)


def count(baskets: pd.DataFrame, sides: Sequence[tuple[object, object]]) -> list[tuple[int, int]]:
	"""For each pair of left and right: how many customers have both, and how many have the left.

	Args:
		baskets: columns customer, item.
	"""
	owners = baskets.groupby("item")["customer"].agg(frozenset).to_dict()
	of = [(owners.get(left, frozenset()), owners.get(right, frozenset())) for left, right in sides]
	return [(len(with_left & with_right), len(with_left)) for with_left, with_right in of]


def next_offers(baskets: pd.DataFrame, found: pd.DataFrame, each: int = 1) -> pd.DataFrame:
	"""What to offer: for each customer up to `each` things of the rules that he lacks, by the best rule whose left side he has. Columns OFFER.

	Args:
		baskets: columns customer, item.
		found: what `rules` gave, the best one first.
	"""
	if not len(baskets) or not len(found):
		return pd.DataFrame(columns=OFFER)
	has, customers, items = _matrix(baskets)
	place = {item: number for number, item in enumerate(items)}
	usable = [(number, place[left], place.get(right)) for number, (left, right) in enumerate(zip(found["left"], found["right"], strict=True)) if left in place]
	parts = []
	for start in range(0, has.shape[0], CUSTOMERS_AT_ONCE):
		dense = has[start : start + CUSTOMERS_AT_ONCE].toarray().astype(bool)
		for rule, taken in _taken(dense, usable, found["right"].tolist(), each):
			parts.append(pd.DataFrame({"customer": customers[start + taken], "rule": rule}))
	if not parts:
		return pd.DataFrame(columns=OFFER)
	offers = pd.concat(parts, ignore_index=True).sort_values(["customer", "rule"], kind="stable", ignore_index=True)
	named = found.rename(columns={"right": "offer", "left": "because"}).iloc[offers["rule"]].reset_index(drop=True)
	return named.assign(customer=offers["customer"])[OFFER]


def _taken(dense: np.ndarray, usable, rights: list, each: int):
	"""Number of each rule and the customers for whom it is among the best, rule by rule."""
	left_to_give = np.full(len(dense), each)
	offered: dict[object, np.ndarray] = {}
	for rule, left, right in usable:
		before = offered.setdefault(rights[rule], np.zeros(len(dense), dtype=bool))
		wanted = dense[:, left] & (left_to_give > 0) & ~before
		if right is not None:
			wanted &= ~dense[:, right]
		if wanted.any():
			before |= wanted
			left_to_give -= wanted
			yield rule, np.flatnonzero(wanted)


def _matrix(baskets: pd.DataFrame):
	"""Customers × items as a sparse matrix of ones, with the names of both."""
	from scipy.sparse import csr_matrix

	who, customers = pd.factorize(baskets["customer"], sort=True)
	what, items = pd.factorize(baskets["item"], sort=True)
	has = csr_matrix((np.ones(len(who), dtype=np.int32), (who, what)), shape=(len(customers), len(items)))
	has.data[:] = 1
	return has, np.asarray(customers), np.asarray(items)


def _lower_end(share: np.ndarray, count: np.ndarray) -> np.ndarray:
	"""Of the 95 % interval of a share (Wilson 1927)."""
	middle, half = share + Z**2 / (2 * count), Z * np.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
	return (middle - half) / (1 + Z**2 / count)
