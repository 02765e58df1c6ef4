"""Counts of who came back as reports and measures read them: sums of C4S Return Month, of the reader's stores."""

from collections.abc import Sequence
from datetime import date

import frappe
import numpy as np
import pandas as pd
from frappe.query_builder.functions import Sum
from frappe.utils import cint, getdate, nowdate

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.doctype.c4s_return_month.c4s_return_month import RETURN_MONTH
from crm4s.crm4s.doctype.c4s_vehicle.car_sets import MODEL
from crm4s.reports.returns import month_number, month_start
from crm4s.settings import setting


def windows(chosen: int | None = None) -> tuple[int, dict[str, int]]:
	"""After how many months a car is lost, and the models that have their own; one that is chosen holds for all."""
	if chosen:
		return cint(chosen), {}
	own = frappe.get_all(MODEL, {"churn_window_months": ["not in", ["", None]]}, ["name", "churn_window_months"])
	return cint(setting("churn_window_months")), {row.name: cint(row.churn_window_months) for row in own}


def number_of(day: date) -> int:
	"""The number of a day's month."""
	return int(month_number(np.array([str(getdate(day))], "datetime64[D]"))[0])


def last_month() -> int:
	"""The number of the last month that is over."""
	return number_of(getdate(nowdate())) - 1


def read_counts(first: int, last: int, columns: Sequence[str], by: Sequence[str] = (), dealership: str | None = None, model: str | None = None) -> pd.DataFrame:
	"""One row a month and value of `by`: month (number), `by`, and the sums of `columns`.

	Args:
		first, last: months by their numbers, both included.
		by: of dealership, model, node.
	"""
	table = frappe.qb.DocType(RETURN_MONTH)
	keys = ["month", *by]
	query = (
		frappe.qb.from_(table)
		.select(*(table[key] for key in keys), *(Sum(table[column]) for column in columns))
		.where(table.month[month_start(first) : month_start(last)])
		.groupby(*(table[key] for key in keys))
	)
	if model:
		query = query.where(table.model == model)
	rows = list(keep_stores(query, table.dealership, dealership).run())
	frame = pd.DataFrame(rows, columns=[*keys, *columns])
	frame["month"] = month_number(pd.to_datetime(frame["month"]).to_numpy("datetime64[D]"))
	return frame.astype(dict.fromkeys(columns, "int64"))
