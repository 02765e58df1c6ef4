"""What customers did, read as sums: a row a customer and store, and one with everything of those who deal with several stores of a group.

The visits of a range of customers are read from one index that holds all that is asked for (`value_of_paid`, as deals and costs have one), so that ten million visits cost
seconds. Raw SQL: the builder knows neither that index nor days as numbers.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
import numpy as np
import pandas as pd
from frappe.utils import getdate

from crm4s.customer_value.overlap import ahead

VISIT, DEAL, COST, VEHICLE, DEALERSHIP = "C4S Service Visit", "C4S Deal", "C4S Customer Cost", "C4S Vehicle", "C4S Dealership"
RANGE, CUSTOMERS_AT_ONCE = 50_000, 5000
# to_days() of the database counts 365 days more than date.toordinal().
DATABASE_DAYS = 365
VISIT_FIGURES = ("first_day", "last_day", "visits", "visit_revenue", "visit_margin")
DEAL_FIGURES = ("deals", "deal_days", "first_deal_day", "last_deal_day", "deal_revenue", "deal_margin")
COST_FIGURES = ("cost",)
FIGURES = (*VISIT_FIGURES, *DEAL_FIGURES, *COST_FIGURES)


def read(as_of: date, tell: Callable[[float], None] | None = None, only: Sequence[str] | None = None) -> pd.DataFrame:
	"""The summary of all customers who dealt with us before `as_of`, in order of customer and store, the whole row of several stores last.

	Columns: customer, dealership, model, is_whole (1 for what counts for the group), several (1 for a row over several stores) and
	`crm4s.value.customers.evaluate.SUMMARY`.

	Args:
		tell: called with the share that is read.
		only: these customers instead of all.
	"""
	ranges = [(name, name) for name in sorted(only)] if only is not None else _ranges()
	roots, models = _roots(), _models()
	parts = []
	# The database adds up one range while this process puts the one before together.
	numbered = [(number / len(ranges), *bounds) for number, bounds in enumerate(ranges, start=1)]
	for fetched in ahead(lambda part: _fetch(*part, as_of, roots, tell), numbered):
		parts.append(_put_together(fetched, roots, models))
	return pd.concat(parts, ignore_index=True) if parts else _finished(_empty(), models)


@dataclass(frozen=True)
class _Fetched:
	visits: list
	deals: list
	costs: list
	# Customers with several stores of a group, each with the group's root: on how many days they came to any of them.
	days: dict


def _fetch(share: float, first: str, last: str, as_of: date, roots: dict, tell: Callable[[float], None] | None) -> _Fetched:
	visits, deals = _visits(first, last, as_of), _deals(first, last, as_of)
	stores = Counter((customer, roots.get(store, store)) for customer, store in {(row[0], row[1]) for row in visits} | {(row[0], row[1]) for row in deals})
	days = {pair: 0 for pair, count in stores.items() if count > 1}
	tops = set(roots.values())
	for root in {root for _customer, root in days}:
		several = sorted(customer for customer, of in days if of == root)
		nodes = [store for store, of in roots.items() if of == root] if len(tops) > 1 else None
		for start in range(0, len(several), CUSTOMERS_AT_ONCE):
			days.update({(customer, root): count for customer, count in _days(several[start : start + CUSTOMERS_AT_ONCE], as_of, nodes)})
	fetched = _Fetched(visits, deals, _costs(first, last, as_of), days)
	if tell:
		tell(share)
	return fetched


def _put_together(fetched: _Fetched, roots: dict, models: dict) -> pd.DataFrame:
	visits = _numbers(fetched.visits, VISIT_FIGURES, ["vehicle"])
	deals = _numbers(fetched.deals, DEAL_FIGURES, ["deal_model"])
	by_store = visits.merge(deals, how="outer", on=["customer", "dealership"])
	if by_store.empty:
		return _finished(_empty(), models)
	by_store = by_store.fillna(dict.fromkeys((*VISIT_FIGURES, *DEAL_FIGURES), 0.0)).fillna({"vehicle": "", "deal_model": ""})
	by_store["root"] = by_store["dealership"].map(lambda name: roots.get(name, name))
	split = by_store.duplicated(["customer", "root"], keep=False).to_numpy()
	costs = _numbers(fetched.costs, COST_FIGURES)
	of_root = _costs_of_roots(costs, by_store, roots)
	single = by_store[~split].join(of_root, on=["customer", "root"]).assign(is_whole=1, several=0)
	parts = [single]
	if split.any():
		own = by_store[split]
		parts.append(own.merge(costs, how="left", on=["customer", "dealership"]).assign(is_whole=0, several=0))
		parts.append(_wholes(own, fetched.days).join(of_root, on=["customer", "root"]).assign(is_whole=1, several=1))
	rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
	rows = rows.fillna(dict.fromkeys(COST_FIGURES, 0.0))
	return _finished(rows.sort_values(["customer", "several", "dealership"], kind="stable", ignore_index=True), models)


def _costs_of_roots(costs: pd.DataFrame, by_store: pd.DataFrame, roots: dict) -> pd.DataFrame:
	"""Costs by customer and root. Those of no store belong to the group with which the customer dealt last; who has one row only has them there."""
	last = by_store.assign(last=by_store[["last_day", "last_deal_day"]].max(axis=1)).sort_values(["customer", "last", "root"], kind="stable")
	latest = dict(zip(last["customer"], last["root"], strict=True))
	where = [roots.get(store, store) or latest.get(customer, "") for customer, store in zip(costs["customer"], costs["dealership"], strict=True)]
	return costs.assign(root=pd.Series(where, index=costs.index, dtype=object)).groupby(["customer", "root"], sort=False)[list(COST_FIGURES)].sum()


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
	rows["visits"] = [float(days[pair]) for pair in zip(rows["customer"], rows["root"], strict=True)]
	return rows.assign(dealership=rows["root"])


def _visits(first: str, last: str, as_of: date) -> list:
	"""Revenue is what the customer pays, not what the maker or an insurer bears."""
	return frappe.db.sql(
		f"""select customer, dealership, min(to_days(settled_on)) - {DATABASE_DAYS}, max(to_days(settled_on)) - {DATABASE_DAYS},
			count(distinct to_days(settled_on)), cast(sum(customer_amount) as double), cast(sum(margin) as double),
			substr(max(concat(to_days(settled_on), ifnull(vehicle, ''))), 7)
		from `tab{VISIT}` force index (value_of_paid)
		where customer between %s and %s and status = 'Settled' and settled_on < %s
		group by customer, dealership order by null""",
		[first, last, as_of],
	)


def _days(customers: Sequence[str], as_of: date, stores: Sequence[str] | None) -> list:
	"""On how many days each came to one of the stores; None for all."""
	where = f"and dealership in ({', '.join(['%s'] * len(stores))})" if stores else ""
	return frappe.db.sql(
		f"""select customer, count(distinct to_days(settled_on)) from `tab{VISIT}` force index (value_of_paid)
		where customer in ({', '.join(['%s'] * len(customers))}) and status = 'Settled' and settled_on < %s {where} group by customer order by null""",
		[*customers, as_of, *(stores or [])],
	)


def _deals(first: str, last: str, as_of: date) -> list:
	"""Revenue is the price, whether it is paid in money or by a car that is taken back."""
	return frappe.db.sql(
		f"""select customer, dealership, count(*), count(distinct to_days(delivered_on)), min(to_days(delivered_on)) - {DATABASE_DAYS}, max(to_days(delivered_on)) - {DATABASE_DAYS},
			cast(sum(price_amount) as double), cast(sum(margin) as double), substr(max(concat(to_days(delivered_on), ifnull(model, ''))), 7)
		from `tab{DEAL}` force index (value_of_paid)
		where customer between %s and %s and status = 'Delivered' and delivered_on < %s
		group by customer, dealership order by null""",
		[first, last, as_of],
	)


def _costs(first: str, last: str, as_of: date) -> list:
	return frappe.db.sql(
		f"""select customer, ifnull(dealership, ''), cast(sum(amount) as double)
		from `tab{COST}` force index (value_summary) where customer between %s and %s and incurred_on < %s
		group by customer, dealership order by null""",
		[first, last, as_of],
	)


def _numbers(rows: Sequence, figures: Sequence[str], texts: Sequence[str] = ()) -> pd.DataFrame:
	return pd.DataFrame(rows, columns=["customer", "dealership", *figures, *texts]).astype(dict.fromkeys(figures, float))


def _ranges() -> list[tuple[str, str]]:
	"""First and last name of each next customers. All names come from the smallest index at once; in order they would come from the rows."""
	customer = frappe.qb.DocType("C4S Customer")
	names = sorted(frappe.qb.from_(customer).select(customer.name).run(pluck=True))
	return [(names[start], names[min(start + RANGE, len(names)) - 1]) for start in range(0, len(names), RANGE)]


def _models() -> dict[str, str]:
	"""Model of each car; read from an index as a whole, since nearly all of them are asked for."""
	vehicle = frappe.qb.DocType(VEHICLE)
	return dict(frappe.qb.from_(vehicle).select(vehicle.name, vehicle.model).where(vehicle.model > "").run())


def _roots() -> dict[str, str]:
	"""The top node of the tree that each store stands in."""
	nodes = frappe.get_all(DEALERSHIP, fields=["name", "lft", "rgt"], order_by="lft", limit_page_length=0)
	roots, top = {}, None
	for node in nodes:
		if top is None or node.lft > top.rgt:
			top = node
		roots[node.name] = top.name
	return roots


def _finished(rows: pd.DataFrame, models: dict) -> pd.DataFrame:
	"""The model of the car that came last, else of the car that was bought last; figures as numbers."""
	# Series.map would make a Series of a million models for each range.
	rows["model"] = [models.get(vehicle) or bought or "" for vehicle, bought in zip(rows["vehicle"], rows["deal_model"], strict=True)]
	whole_numbers = ["first_day", "last_day", "visits", "deals", "deal_days", "first_deal_day", "last_deal_day", "is_whole", "several"]
	amounts = ["visit_revenue", "visit_margin", "deal_revenue", "deal_margin", *COST_FIGURES]
	return rows.drop(columns=["vehicle", "deal_model", "root"]).astype({**dict.fromkeys(whole_numbers, np.int64), **dict.fromkeys(amounts, float)})


def _empty() -> pd.DataFrame:
	return pd.DataFrame(columns=["customer", "dealership", *FIGURES, "vehicle", "deal_model", "root", "is_whole", "several"])


def last_observed(as_of: date) -> date:
	return getdate(frappe.utils.add_days(as_of, -1))
