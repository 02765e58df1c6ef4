"""Ours beside a competitor's price, time or score: means over what the chosen stores did lately, none of them about one customer or person.

Whoever compares need not be one who reads bills and deals: a mean of fewer than LEAST is none, and a shorter time makes it of no fewer days.

Competitors are compared as they were seen last, so ours are the last days of the time, too: two weeks of visits, of which there are many, a quarter of the rest.
"""

from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Avg, Count
from frappe.utils import add_days, flt

from crm4s.access.chosen_stores import keep_stores
from crm4s.queries import select_from
from crm4s.satisfaction.read import EVERYTHING, read_scores
from crm4s.value.satisfaction import POINTS

VISIT, DEAL, SHOWROOM, MODEL = "C4S Service Visit", "C4S Deal", "C4S Showroom Visit", "C4S Vehicle Model"
# Competitors are scored from 0 to 100.
SCALE = 100 / POINTS
DAYS, DAYS_OF_VISITS = 90, 14
LEAST = 5


def own_figures(items: Mapping[str, Mapping], subjects: Iterable[tuple[str, str]], filters) -> dict[tuple[str, str], float | None]:
	"""By item and model ours, of the stores that the reader counts; what we have no data for is missing.

	Args:
		items: by name: own_figure, the name of one of OWN_FIGURES or empty.
		subjects: items with the model that each is compared with, or an empty text.
	"""
	found, asked = {}, {}
	for item, model in subjects:
		name = items[item]["own_figure"]
		if name in OWN_FIGURES:
			asked.setdefault(name, []).append((item, model))
	for name, wanted in asked.items():
		values = OWN_FIGURES[name](filters, {model for _item, model in wanted})
		found |= {(item, model): values.get(model) for item, model in wanted}
	return found


def lately(filters, days: int):
	"""The filters with the so many days up to the end of their time."""
	return frappe._dict(filters, from_date=add_days(filters.to_date, 1 - days))


def _mean(doctype: str, field: str, moment: str, filters, models: set[str], condition: Callable, model_field: str | None = None) -> dict[str, float]:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).where(_within(table[moment], lately(filters, DAYS_OF_VISITS if doctype == VISIT else DAYS)) & condition(table))
	query = keep_stores(query, table.dealership, filters.dealership)
	rows = [("", *query.select(Avg(table[field]), Count(table[field])).run()[0])] if "" in models else []
	if model_field and models - {""}:
		column = table[model_field]
		rows += query.select(column, Avg(table[field]), Count(table[field])).where(column.isin(sorted(models - {""}))).groupby(column).run()
	return {model: round(flt(mean), 2) for model, mean, count in rows if count >= LEAST}


def _ticket(filters, models: set[str]) -> dict[str, float]:
	return _mean(VISIT, "total_amount", "settled_on", filters, models, lambda visit: (visit.status == "Settled") & (visit.visit_kind == "Workshop"))


def _reception(filters, models: set[str]) -> dict[str, float]:
	return _mean(SHOWROOM, "waiting_minutes", "arrived_on", filters, models, lambda visit: visit.taken_on.isnotnull())


def _agreed_price(filters, models: set[str]) -> dict[str, float]:
	return _mean(DEAL, "price_amount", "ordered_on", filters, models, lambda deal: deal.status.isin(["Ordered", "Delivered"]) & (deal.price_amount > 0), "model")


def _list_price(filters, models: set[str]) -> dict[str, float]:
	return {name: flt(price) for name, price in frappe.get_all(MODEL, {"name": ["in", sorted(models) or [""]]}, ["name", "guide_price"], as_list=True) if price}


def _stay(filters, models: set[str]) -> dict[str, float]:
	"""The median: a car that waits a month for a part tells nothing of the others."""
	visit = frappe.qb.DocType(VISIT)
	condition = _within(visit.settled_on, lately(filters, DAYS_OF_VISITS)) & (visit.status == "Settled") & (visit.visit_kind == "Workshop")
	return _median(visit, _seconds_between(visit.arrived_on, visit.settled_on), condition, filters, 60)


def _wait_for_car(filters, models: set[str]) -> dict[str, float]:
	deal = frappe.qb.DocType(DEAL)
	return _median(deal, _seconds_between(deal.ordered_on, deal.delivered_on), _within(deal.delivered_on, lately(filters, DAYS)) & (deal.status == "Delivered"), filters, 86_400)


def _median(table, seconds, condition, filters, unit: int) -> dict[str, float]:
	query = keep_stores(frappe.qb.from_(table).select(seconds.as_("seconds")).where(condition), table.dealership, filters.dealership)
	# The builder has no percentiles.
	found = select_from(query, "distinct percentile_cont(0.5) within group (order by seconds) over (), count(seconds) over ()")
	return {"": round(flt(found[0][0]) / unit, 1)} if found and found[0][1] >= LEAST else {}


def _within(moment, filters):
	return (moment >= filters.from_date) & (moment < add_days(filters.to_date, 1))


def _seconds_between(begin, end):
	unix_timestamp = CustomFunction("unix_timestamp", ["moment"])
	return unix_timestamp(end) - unix_timestamp(begin)


def _score(kind: str) -> Callable:
	def score(filters, models: set[str]) -> dict[str, float]:
		asked = frappe._dict(lately(filters, DAYS), survey_kind=kind, survey=None, model=None)
		answers, mean = read_scores(asked, EVERYTHING, asked.from_date, asked.to_date).get("", (0, None))
		return {} if answers < LEAST else {"": round(mean * SCALE, 1)}

	return score


# The options of a benchmark item's field `own_figure`: from filters and models (an empty text for all together) the values by model.
OWN_FIGURES: dict[str, Callable] = {
	"Average Ticket": _ticket,
	"Minutes in the Workshop": _stay,
	"Minutes Until Reception": _reception,
	"Service Satisfaction": _score("CSI"),
	"Purchase Satisfaction": _score("SSI"),
	"List Price of the Model": _list_price,
	"Agreed Price of the Model": _agreed_price,
	"Days Until Delivery": _wait_for_car,
}
