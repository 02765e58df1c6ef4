"""What local competitors ask and reach beside ours, as far as market researchers have found it: the same figures as in the report of it."""

from collections import defaultdict
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, add_months

from crm4s.access.chosen_stores import keep_stores
from crm4s.reports.competitors import by_item, newest
from crm4s.rivals.own_figures import own_figures
from crm4s.value.scorecard import next_month

FIGURE, ITEM = "C4S Competitor Figure", "C4S Benchmark Item"
FIELDS = ("name", "competitor", "outlet", "item", "vehicle_model", "observed_on", "value", "own_value", "source", "dealership")
MONTHS, OF_EACH_ASPECT = 12, 2


def rivals_of(dealership: str, month: date) -> list[dict]:
	"""The first items of price, time and service that we have a figure for: ours, the rivals' median and best, our place; of the twelve months up to this one."""
	if not frappe.has_permission(FIGURE, "read"):
		return []
	filters = frappe._dict(dealership=dealership, from_date=add_months(next_month(month), -MONTHS), to_date=add_days(next_month(month), -1))
	items = {row.name: row for row in frappe.get_all(ITEM, fields=["name", "aspect", "unit", "better", "own_figure", "sequence"], limit_page_length=0)}
	figure = frappe.qb.DocType(FIGURE)
	query = frappe.qb.from_(figure).select(*(figure[field] for field in FIELDS)).where(figure.observed_on[filters.from_date : filters.to_date])
	found = newest([row for row in keep_stores(query, figure.dealership, dealership).run(as_dict=True) if row.item in items])
	own = own_figures(items, {(row.item, row.vehicle_model or "") for row in found}, filters)
	rows = sorted(by_item(found, items, own), key=lambda row: (items[row["item"]].sequence, row["item"], row["vehicle_model"]))
	chosen: dict[str, list] = defaultdict(list)
	for row in rows:
		if row["ours"]:
			chosen[items[row["item"]].aspect].append({**row, "title": _(row["item"]), "unit": _(items[row["item"]].unit), "best_by": _(row["best_by"])})
	return [row for of_aspect in chosen.values() for row in of_aspect[:OF_EACH_ASPECT]]
