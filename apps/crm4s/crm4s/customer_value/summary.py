"""What customers did, read as sums: a row a customer and store, and one with everything of those who deal with several stores of a group.

The visits of a range of customers are read from one index that holds all that is asked for (`facts_of_paid`, as deals and costs have one), so that ten million visits cost
seconds. Raw SQL: the builder knows neither that index nor days as numbers.
"""

from collections.abc import Callable, Sequence
from datetime import date

import frappe
import pandas as pd
from frappe.utils import getdate

from crm4s.customer_value.as_text import columns_of
from crm4s.customer_value.overlap import ahead
from crm4s.runs import commit
from crm4s.value.customers.dealings import COST_FIGURES, DEAL_FIGURES, PLACE, VISIT_FIGURES, Dealings, nothing, of_several_stores, put_together, roots_of_tree

CUSTOMER, VISIT, DEAL, COST, VEHICLE, DEALERSHIP = "C4S Customer", "C4S Service Visit", "C4S Deal", "C4S Customer Cost", "C4S Vehicle", "C4S Dealership"
RANGE, CUSTOMERS_AT_ONCE, CARS_AT_ONCE = 50_000, 5000, 200_000
# to_days() of the database counts 365 days more than date.toordinal().
DATABASE_DAYS = 365


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
		parts.append(put_together(fetched, roots, models))
	return pd.concat(parts, ignore_index=True) if parts else nothing()


def _fetch(share: float, first: str, last: str, as_of: date, roots: dict, tell: Callable[[float], None] | None) -> Dealings:
	visits, deals = _visits(first, last, as_of), _deals(first, last, as_of)
	days, tops = {}, set(roots.values())
	for root, several in of_several_stores(visits, deals, roots).items():
		nodes = [store for store, of in roots.items() if of == root] if len(tops) > 1 else None
		for start in range(0, len(several), CUSTOMERS_AT_ONCE):
			days.update({(customer, root): count for customer, count in _days(several[start : start + CUSTOMERS_AT_ONCE], as_of, nodes)})
	fetched = Dealings(visits, deals, _costs(first, last, as_of), days)
	if tell:
		# Two connections tell, so none may rest on how far the other was when it began to read.
		commit()
		tell(share)
	return fetched


def _visits(first: str, last: str, as_of: date) -> pd.DataFrame:
	"""Revenue is what the customer pays, not what the maker or an insurer bears."""
	return columns_of(
		f"""select customer, dealership, min(to_days(settled_on)) - {DATABASE_DAYS} as first_day, max(to_days(settled_on)) - {DATABASE_DAYS} as last_day,
			count(distinct to_days(settled_on)) as visits, cast(sum(customer_amount) as double) as visit_revenue, cast(sum(margin) as double) as visit_margin,
			substr(max(concat(to_days(settled_on), ifnull(vehicle, '')) collate utf8mb4_bin), 7) as vehicle
		from `tab{VISIT}` force index (facts_of_paid)
		where customer between %s and %s and status = 'Settled' and settled_on < %s
		group by customer, dealership""",
		[first, last, as_of],
		{**PLACE, **VISIT_FIGURES, "vehicle": str},
	)


def _days(customers: Sequence[str], as_of: date, stores: Sequence[str] | None) -> list:
	"""On how many days each came to one of the stores; None for all."""
	where = f"and dealership in ({', '.join(['%s'] * len(stores))})" if stores else ""
	return frappe.db.sql(
		f"""select customer, count(distinct to_days(settled_on)) from `tab{VISIT}` force index (facts_of_paid)
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
	return roots_of_tree(frappe.get_all(DEALERSHIP, fields=["name", "lft", "rgt"], order_by="lft", limit_page_length=0, as_list=True))


def last_observed(as_of: date) -> date:
	return getdate(frappe.utils.add_days(as_of, -1))
