"""What customers did, read as sums: a row a customer and store, and one with everything of those who deal with several stores of a group.

The visits of a range of customers are read from one index that holds all that is asked for (`value_of_paid`, as deals and costs have one), so that ten million visits cost
seconds. Raw SQL: the builder knows neither that index nor days as numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
import numpy as np
import pandas as pd
from frappe.utils import getdate

from crm4s.customer_value.as_text import columns_of
from crm4s.customer_value.overlap import ahead
from crm4s.runs import commit

CUSTOMER, VISIT, DEAL, COST, VEHICLE, DEALERSHIP = "C4S Customer", "C4S Service Visit", "C4S Deal", "C4S Customer Cost", "C4S Vehicle", "C4S Dealership"
RANGE, CUSTOMERS_AT_ONCE, CARS_AT_ONCE = 50_000, 5000, 200_000
# to_days() of the database counts 365 days more than date.toordinal().
DATABASE_DAYS = 365
PLACE = {"customer": str, "dealership": str}
VISIT_FIGURES = {"first_day": int, "last_day": int, "visits": int, "visit_revenue": float, "visit_margin": float}
DEAL_FIGURES = {"deals": int, "deal_days": int, "first_deal_day": int, "last_deal_day": int, "deal_revenue": float, "deal_margin": float}
COST_FIGURES = {"cost": float}
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
	# The database adds up the next ranges while this process puts the one before together.
	numbered = [(number / len(ranges), *bounds) for number, bounds in enumerate(ranges, start=1)]
	for fetched in ahead(lambda part: _fetch(*part, as_of, roots, tell), numbered, by_two=True):
		parts.append(_put_together(fetched, roots, models))
	return pd.concat(parts, ignore_index=True) if parts else _finished(_empty(), models)


@dataclass(frozen=True)
class _Fetched:
	visits: pd.DataFrame
	deals: pd.DataFrame
	costs: pd.DataFrame
	# Customers with several stores of a group, each with the group's root: on how many days they came to any of them.
	days: dict


def _fetch(share: float, first: str, last: str, as_of: date, roots: dict, tell: Callable[[float], None] | None) -> _Fetched:
	visits, deals = _visits(first, last, as_of), _deals(first, last, as_of)
	days, tops = {}, set(roots.values())
	for root, several in _of_several_stores(visits, deals, roots).items():
		nodes = [store for store, of in roots.items() if of == root] if len(tops) > 1 else None
		for start in range(0, len(several), CUSTOMERS_AT_ONCE):
			days.update({(customer, root): count for customer, count in _days(several[start : start + CUSTOMERS_AT_ONCE], as_of, nodes)})
	fetched = _Fetched(visits, deals, _costs(first, last, as_of), days)
	if tell:
		# Two connections tell, so none may rest on how far the other was when it began to read.
		commit()
		tell(share)
	return fetched


def _of_several_stores(visits: pd.DataFrame, deals: pd.DataFrame, roots: dict) -> dict[str, list[str]]:
	"""The customers of several stores of a group, by the root of the group."""
	places = pd.concat([visits[[*PLACE]], deals[[*PLACE]]], ignore_index=True).drop_duplicates()
	places["root"] = _roots_of(places["dealership"], roots)
	several = places[places.duplicated(["customer", "root"])]
	return {root: sorted(set(customers)) for root, customers in several.groupby("root")["customer"]}


def _roots_of(stores: pd.Series, roots: dict) -> pd.Series:
	"""The root of each; of a store that stands nowhere the store itself."""
	return stores.map({name: roots.get(name, name) for name in stores.unique()})


def _put_together(fetched: _Fetched, roots: dict, models: dict) -> pd.DataFrame:
	by_store = fetched.visits.merge(fetched.deals, how="outer", on=[*PLACE])
	if by_store.empty:
		return _finished(_empty(), models)
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


def _visits(first: str, last: str, as_of: date) -> pd.DataFrame:
	"""Revenue is what the customer pays, not what the maker or an insurer bears."""
	return columns_of(
		f"""select customer, dealership, min(to_days(settled_on)) - {DATABASE_DAYS} as first_day, max(to_days(settled_on)) - {DATABASE_DAYS} as last_day,
			count(distinct to_days(settled_on)) as visits, cast(sum(customer_amount) as double) as visit_revenue, cast(sum(margin) as double) as visit_margin,
			substr(max(concat(to_days(settled_on), ifnull(vehicle, '')) collate utf8mb4_bin), 7) as vehicle
		from `tab{VISIT}` force index (value_of_paid)
		where customer between %s and %s and status = 'Settled' and settled_on < %s
		group by customer, dealership""",
		[first, last, as_of],
		{**PLACE, **VISIT_FIGURES, "vehicle": str},
	)


def _days(customers: Sequence[str], as_of: date, stores: Sequence[str] | None) -> list:
	"""On how many days each came to one of the stores; None for all."""
	where = f"and dealership in ({', '.join(['%s'] * len(stores))})" if stores else ""
	return frappe.db.sql(
		f"""select customer, count(distinct to_days(settled_on)) from `tab{VISIT}` force index (value_of_paid)
		where customer in ({', '.join(['%s'] * len(customers))}) and status = 'Settled' and settled_on < %s {where} group by customer order by null""",
		[*customers, as_of, *(stores or [])],
	)


def _deals(first: str, last: str, as_of: date) -> pd.DataFrame:
	"""Revenue is the price, whether it is paid in money or by a car that is taken back."""
	return columns_of(
		f"""select customer, dealership, count(*) as deals, count(distinct to_days(delivered_on)) as deal_days,
			min(to_days(delivered_on)) - {DATABASE_DAYS} as first_deal_day, max(to_days(delivered_on)) - {DATABASE_DAYS} as last_deal_day,
			cast(sum(price_amount) as double) as deal_revenue, cast(sum(margin) as double) as deal_margin,
			substr(max(concat(to_days(delivered_on), ifnull(model, '')) collate utf8mb4_bin), 7) as deal_model
		from `tab{DEAL}` force index (value_of_paid)
		where customer between %s and %s and status = 'Delivered' and delivered_on < %s
		group by customer, dealership""",
		[first, last, as_of],
		{**PLACE, **DEAL_FIGURES, "deal_model": str},
	)


def _costs(first: str, last: str, as_of: date) -> pd.DataFrame:
	return columns_of(
		f"""select customer, ifnull(dealership, '') as dealership, cast(sum(amount) as double) as cost
		from `tab{COST}` force index (value_summary) where customer between %s and %s and incurred_on < %s
		group by customer, dealership""",
		[first, last, as_of],
		{**PLACE, **COST_FIGURES},
	)


def _ranges() -> list[tuple[str, str]]:
	"""First and last name of each next customers, in the order that the database gives to names."""
	# The builder would write a window of all rows for each of the two columns.
	ends = frappe.db.sql(
		f"""select name, number %% %(at_once)s = 1, number %% %(at_once)s = 0 or number = customers
		from (select name, row_number() over (order by name) number, count(*) over () customers from `tab{CUSTOMER}`) numbered
		where number %% %(at_once)s in (0, 1) or number = customers order by number""",
		{"at_once": RANGE},
	)
	return list(zip([name for name, is_first, _last in ends if is_first], [name for name, _first, is_last in ends if is_last], strict=True))


def _models() -> dict[str, str]:
	"""Model of each car; read from an index as a whole, since nearly all of them are asked for."""
	models, vehicle = {}, frappe.qb.DocType(VEHICLE)
	for model in frappe.qb.from_(vehicle).select(vehicle.model).distinct().where(vehicle.model > "").run(pluck=True):
		cars = [""]
		while cars:
			query = f"select name from `tab{VEHICLE}` where model = %s and name > %s order by name limit {CARS_AT_ONCE}"
			cars = columns_of(query, [model, cars[-1]], {"name": str})["name"].tolist()
			models.update(dict.fromkeys(cars, model))
	return models


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
