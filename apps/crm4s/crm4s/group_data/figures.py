"""What is counted over the files of a group: the same figures as each site counts of itself, by the same functions where there is arithmetic. Pure.

Of what the SQL says, DuckDB and Spark give the same answer; amounts are added as exact decimals.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from crm4s.group_data.data_sets import DAYS_BEFORE_1970, TEXT, WHOLE
from crm4s.group_data.engines import Engine
from crm4s.group_data.manifests import is_title
from crm4s.reports.returns import COUNTS, KEYS, add_up, count_returns
from crm4s.reports.service_volume import MEASURES
from crm4s.value.customers.dealings import PLACE, Dealings, nothing, of_several_stores, put_together, roots_of_tree

# `date.toordinal` of the first day of 1970.
ORDINAL_1970 = DAYS_BEFORE_1970 - 365
PARTS = 16


def volume(engine: Engine, keys: Sequence[str] = (), first: date = date(1, 1, 1), last: date = date(9999, 12, 31)) -> pd.DataFrame:
	"""Visits: `keys` and the columns of `crm4s.reports.service_volume.MEASURES`; one row for all without keys.

	Args:
		keys: of site, dealership, month, visit_kind.
		first, last: days, both included.
	"""
	named = "".join(f"{key}, " for key in keys)
	group = f"group by {', '.join(keys)}" if keys else ""
	rows = engine.rows(
		f"""select {named}count(*) as visits, count(distinct customer) as customers, sum(total_amount) as amount
		from visits where {within(first, last)} {group}"""
	)
	return rows[[*keys, *MEASURES]]


def within(first: date, last: date) -> str:
	"""The condition that a dealing lies in a time, both days included."""
	return f"day between {_day(first)} and {_day(last)}"


def month_key(months: pd.Series) -> pd.Series:
	"""The numbers of months as reports key them, such as 202611."""
	return months // 12 * 100 + months % 12 + 1


# What customers are worth
# ------------------------


def value_summary(engine: Engine, as_of: date, site: str, parts: int = 1) -> pd.DataFrame:
	"""The summary that `crm4s.value.customers.evaluate.evaluate` reads, of one site; customers by their pseudonyms.

	Args:
		as_of: the first day that is not counted.
		parts: 1, or 16 where the rows of all customers would be too many at once.
	"""
	if parts not in (1, PARTS):
		raise ValueError(f"{parts} parts: 1 or {PARTS}")
	nodes = engine.rows(f"select dealership, left_edge, right_edge from stores where site = {_text(site)} order by left_edge")
	roots = roots_of_tree(nodes.itertuples(index=False, name=None))
	starts = [f"{number:x}" for number in range(parts)] if parts > 1 else [""]
	found = [_summary_part(engine, as_of, site, start, roots) for start in starts]
	return pd.concat(found, ignore_index=True) if found else nothing()


def _summary_part(engine: Engine, as_of: date, site: str, start: str, roots: dict[str, str]) -> pd.DataFrame:
	where = f"site = {_text(site)} and day < {_day(as_of)} and customer is not null"
	if start:
		where += f" and substr(customer, 1, 1) = '{start}'"
	visits, deals, costs = _visits(engine, where), _deals(engine, where), _costs(engine, where)
	several = of_several_stores(visits, deals, roots)
	days = _days(engine, where, roots) if several else {}
	# The model stands for the car already.
	return put_together(Dealings(visits, deals, costs, days), roots, {model: model for model in visits["vehicle"].unique()})


def _visits(engine: Engine, where: str) -> pd.DataFrame:
	rows = engine.rows(
		f"""select found.customer, found.dealership, found.first_day, found.last_day, found.visits, found.visit_revenue, found.visit_margin,
			coalesce(cars.model, '') as vehicle
		from (
			select site, customer, dealership, min(day) + {ORDINAL_1970} as first_day, max(day) + {ORDINAL_1970} as last_day, count(distinct day) as visits,
				sum(customer_amount) as visit_revenue, sum(margin) as visit_margin, max_by(coalesce(vehicle, ''), concat(cast(day + 100000 as string), coalesce(vehicle, ''))) as last_car
			from visits where {where} group by site, customer, dealership
		) found left join cars on cars.vehicle = found.last_car and cars.site = found.site"""
	)
	return _as_floats(rows, ("visit_revenue", "visit_margin"))


def _deals(engine: Engine, where: str) -> pd.DataFrame:
	rows = engine.rows(
		f"""select customer, dealership, count(*) as deals, count(distinct day) as deal_days, min(day) + {ORDINAL_1970} as first_deal_day,
			max(day) + {ORDINAL_1970} as last_deal_day, sum(price_amount) as deal_revenue, sum(margin) as deal_margin,
			max_by(coalesce(model, ''), concat(cast(day + 100000 as string), coalesce(model, ''))) as deal_model
		from deals where {where} group by customer, dealership"""
	)
	return _as_floats(rows, ("deal_revenue", "deal_margin"))


def _costs(engine: Engine, where: str) -> pd.DataFrame:
	rows = engine.rows(f"select customer, coalesce(dealership, '') as dealership, sum(amount) as cost from costs where {where} group by customer, dealership")
	return _as_floats(rows, ("cost",))


def _days(engine: Engine, where: str, roots: dict[str, str]) -> dict[tuple[str, str], int]:
	"""On how many days each customer came to any store of a root."""
	rows = engine.rows(f"select distinct customer, dealership, day from visits where {where}")
	rows["root"] = rows["dealership"].map(lambda store: roots.get(store, store))
	return rows.groupby(["customer", "root"])["day"].nunique().to_dict()


def _as_floats(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
	"""Exact sums as the nearest binary fractions, as the database gives them; the order of customers is fixed."""
	rows = rows.assign(**{column: [float(amount or 0) for amount in rows[column]] for column in columns})
	return rows.sort_values([*PLACE], kind="stable", ignore_index=True)


# Who came back
# -------------


def return_counts(engine: Engine) -> pd.DataFrame:
	"""Counts of who came back as `crm4s.reports.returns.count_returns` makes them, of all sites; months by their numbers. Stores of other sites by site and name."""
	store = "concat(visits.site, ' / ', visits.dealership)"
	sql = f"""select visits.vehicle, visits.day, visits.moment, {store} as dealership, coalesce(cars.model, '') as model, 0 as is_delivery
		from visits left join cars on cars.vehicle = visits.vehicle and cars.site = visits.site
		where visits.vehicle is not null and visits.visit_kind = 'Workshop'
		union all
		select vehicle, delivered_day, 0, concat(site, ' / ', dealership), coalesce(model, ''), 1
		from cars where delivered_day is not null and dealership > ''"""
	columns = {"dealership": TEXT, "model": TEXT, **dict.fromkeys(("month", "node", *COUNTS), WHOLE)}
	return engine.by_parts(sql, "vehicle", _counted, columns, add_up)


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
	"""Of some cars; texts are counted as numbers, which is several times faster."""
	rows = rows.sort_values(["vehicle", "moment", "dealership"], kind="stable")
	codes, names = {}, {}
	for column in ("vehicle", "dealership", "model"):
		codes[column], names[column] = pd.factorize(rows[column], sort=False)
	numbered = rows.assign(**codes).astype({"day": np.int64})
	is_delivery = numbered["is_delivery"] == 1
	facts = numbered[["vehicle", "day", "dealership", "model"]]
	counts = count_returns(facts[~is_delivery], facts[is_delivery].reset_index(drop=True))
	told = {column: np.asarray(names[column], object)[counts[column].to_numpy(np.int64)] for column in ("dealership", "model")}
	return counts.assign(**told)[[*KEYS, *COUNTS]]


def came_back(engine: Engine, months: int, first_month: int, last_month: int) -> pd.DataFrame:
	"""Of the cars that were here in the months of a time, how many were seen again, in whatever store, within some months: site, dealership, cars, back.

	A car counts once a month, in the store in which it was last. It is what `return_counts` says under back_N, counted where the files are.

	Args:
		months: within which it counts.
		first_month, last_month: by their numbers, both included; months whose time is not over count too few.
	"""
	return engine.rows(
		f"""select site, dealership, count(*) as cars, cast(sum(case when next_month - month <= {int(months)} then 1 else 0 end) as bigint) as back
		from (
			select site, dealership, month, lead(month) over (partition by site, vehicle order by month) as next_month
			from (
				select site, vehicle, month, max_by(dealership, moment) as dealership
				from visits where vehicle is not null and visit_kind = 'Workshop' and month between {int(first_month)} and {int(last_month) + int(months)}
				group by site, vehicle, month
			) seen
		) followed
		where month between {int(first_month)} and {int(last_month)}
		group by site, dealership"""
	)


def _day(day: date) -> int:
	return day.toordinal() - ORDINAL_1970


def _text(title: str) -> str:
	"""A site's name as the engines read it; others wrote it, so it is looked at here, too.

	Raises:
		ValueError: it is no name of a site.
	"""
	if not is_title(title):
		raise ValueError(f"{title!r} is no name of a site")
	return f"'{title}'"
