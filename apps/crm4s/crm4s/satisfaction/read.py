"""What responses say, read for reports: a month at a time, so that a year of a large group needs the memory of a month."""

from collections.abc import Iterable, Iterator
from datetime import date

import frappe
import pandas as pd
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import add_days, add_months, get_first_day, getdate

from crm4s.access.chosen_stores import keep_stores
from crm4s.reports.satisfaction import add_up, sums_of
from crm4s.surveys.rated import PEOPLE
from crm4s.value.satisfaction import EXPERIENCE

RESPONSE, INDICATOR, TOUCHPOINT = "C4S Survey Response", "C4S Survey Indicator", "C4S Touchpoint"
EXPECTATION = ("Expectation",)
KINDS = (*EXPERIENCE, *EXPECTATION, "Mystery Shopper", "On-Site Assessment")
MONTH, EVERYTHING = "Month", "Everything"
# Between the points of indicators and the shares of questions, as `Measures.as_json` writes them; quotation marks in names are escaped.
BETWEEN = ',"q":'
# View: the field of the response by which it groups.
FIELDS = {
	"Store": "dealership",
	"Service Advisor": "service_advisor",
	"Sales Consultant": "sales_consultant",
	"Model": "model",
	"Survey": "survey",
	"Channel": "channel",
}
FILTERS = ("survey", "service_advisor", "sales_consultant", "model")


def months_of(from_date: date, to_date: date) -> Iterator[tuple[date, date]]:
	"""First and last day of each month, or part of one, in the period."""
	day = getdate(from_date)
	while day <= getdate(to_date):
		following = get_first_day(add_months(day, 1))
		yield day, min(add_days(following, -1), getdate(to_date))
		day = following


def month_before(key: str) -> str:
	"""The month before, both as 2026-11."""
	return f"{add_months(getdate(f'{key}-01'), -1):%Y-%m}"


def kinds_of(filters) -> tuple[str, ...]:
	return (filters.survey_kind,) if filters.survey_kind else EXPERIENCE


def chosen(query, response, filters, from_date, to_date, kinds: Iterable[str], with_own: bool = False):
	"""The query over the responses that the filters mean, of the stores that the reader counts; without those that rate the reader but `with_own`."""
	query = query.where(response.responded_on >= from_date).where(response.responded_on < add_days(to_date, 1))
	query = query.where(response.survey_kind.isin(list(kinds)))
	for field in FILTERS:
		if filters.get(field):
			query = query.where(response[field] == filters[field])
	if not with_own and frappe.session.user != "Administrator":
		for field in PEOPLE:
			query = query.where(Coalesce(response[field], "") != frappe.session.user)
	return keep_stores(query, response.dealership, filters.dealership)


def read_sums(
	filters, view: str, *, kinds: Iterable[str] | None = None, from_date=None, indicators: Iterable[str] | None = None, with_own: bool = False
) -> pd.DataFrame:
	"""The sums of `reports.satisfaction.sums_of` by the view's key, of the period of the filters.

	Args:
		kinds: of surveys; those of the filters.
		indicators: whose points are summed beside the score; None for all.
		with_own: also of responses that rate the reader.
	"""
	parts = []
	response = frappe.qb.DocType(RESPONSE)
	wanted = None if indicators is None else set(indicators)
	for first, last in months_of(from_date or filters.from_date, filters.to_date):
		key = response[FIELDS[view]] if view in FIELDS else Coalesce("", "")
		query = frappe.qb.from_(response).select(key, response.score, response.rated_answers, points_of(response))
		found = chosen(query, response, filters, first, last, kinds or kinds_of(filters), with_own).run()
		if not found:
			continue
		frame = pd.DataFrame(list(found), columns=["key", "score", "rated", "measures"])
		frame["score"] = frame["score"].astype(float).where(frame["rated"] > 0)
		if view == MONTH:
			frame["key"] = f"{first.year:04}-{first.month:02}"
		parts.append(sums_of(frame, wanted))
	return add_up(parts)


def points_of(response):
	"""The builder's term for the measures without the questions, which are the larger part."""
	sql = frappe.qb.functions
	return sql("concat", sql("substring_index", response.measures, BETWEEN, 1), "}")


def shares_of(response):
	"""The same for the questions alone, `{"q": {…}}`."""
	sql = frappe.qb.functions
	return sql("concat", '{"q":', sql("substring_index", response.measures, BETWEEN, -1))


def read_scores(filters, view: str, from_date, to_date) -> dict[str, tuple[int, float]]:
	"""How many responses with a score and their mean, by the view's key: what a column of comparison needs, summed by the database."""
	response = frappe.qb.DocType(RESPONSE)
	key = Coalesce(response[FIELDS[view]], "") if view in FIELDS else Coalesce("", "")
	query = frappe.qb.from_(response).select(key, Count("*"), frappe.qb.functions("avg", response.score)).where(response.rated_answers > 0)
	query = chosen(query, response, filters, from_date, to_date, kinds_of(filters)).groupby(key)
	return {row[0]: (row[1], float(row[2])) for row in query.run()}


def read_recommendations(filters, view: str, from_date, to_date) -> pd.DataFrame:
	"""Columns key, group, answers."""
	response = frappe.qb.DocType(RESPONSE)
	if view == MONTH:
		key = frappe.qb.functions("left", frappe.qb.functions("date", response.responded_on), 7)
	else:
		key = Coalesce(response[FIELDS[view]], "") if view in FIELDS else Coalesce("", "")
	query = frappe.qb.from_(response).select(key, response.nps_group, Count("*")).where(response.nps_group.isin(["Promoter", "Passive", "Detractor"]))
	query = chosen(query, response, filters, from_date, to_date, kinds_of(filters)).groupby(key, response.nps_group)
	return pd.DataFrame(list(query.run()), columns=["key", "group", "answers"])


def indicators() -> list[dict]:
	"""The tree: name, parent_indicator, indicator_kind, sequence, weight; in the order of the list."""
	fields = ["name", "parent_indicator", "indicator_kind", "sequence", "weight"]
	return frappe.get_all(INDICATOR, fields=fields, order_by="sequence, name")


def tops(kind: str) -> list[str]:
	"""The indicators of a kind that stand below no other."""
	return [row.name for row in indicators() if row.indicator_kind == kind and not row.parent_indicator]


def touchpoints() -> dict[str, str]:
	"""By touchpoint the indicator that surveys measure there."""
	rows = frappe.get_all(TOUCHPOINT, {"indicator": ["is", "set"]}, ["name", "indicator"], order_by="name")
	return {row.name: row.indicator for row in rows}
