"""Customer groups: who resembles whom, found by clustering without saying beforehand what makes a group. Of many customers an even part is looked at."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count
from frappe.utils import cint

from crm4s.crm4s.report.shapes import bars, column, figure
from crm4s.crm4s.report.value_scope import VALUE, keep_scope
from crm4s.rows.writer import slices
from crm4s.value.customers.groups import HIGH, LOW, Group, Groups, find_groups, name_of
from crm4s.value.customers.thin import TooThin

LOOKED_AT, BATCH = 10_000, 2_500
# What makes customers alike; the first one orders the groups.
FIGURES = ["margin_after_cost", "visits", "weeks_away", "age_weeks", "expected_margin_per_visit", "risk"]
CLEAR = 0.25
FEWEST, MOST = 2, 7
CRC32, MOD = CustomFunction("crc32", ["text"]), CustomFunction("mod", ["number", "by"])


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	groups = cint(filters.groups)
	if groups and not FEWEST <= groups <= MOST:
		frappe.throw(_("The number of groups must be between {0} and {1}.").format(FEWEST, MOST))
	customers, looked_at = read(filters)
	try:
		found = find_groups(customers[FIGURES], groups or None)
	except TooThin:
		return columns(), [], _("There are too few customers, or they are too much alike, to find groups among them."), None, None
	rows = [row_of(group, customers, found) for group in found.groups]
	return columns(), rows, message(found, looked_at), bars(rows, {"share": _("Share of Customers %")}, fieldtype="Percent"), summary(rows, found)


def read(filters) -> tuple[pd.DataFrame, int]:
	"""Figures of an even part of the customers, and one in how many that is.

	Names first, which an index holds, then the rows of these: reading a million rows for ten thousand takes seconds.
	"""
	table = frappe.qb.DocType(VALUE)
	one_in = max(-(-chosen(frappe.qb.from_(table).select(Count("*")), table, filters).run()[0][0] // LOOKED_AT), 1)
	names = chosen(frappe.qb.from_(table).select(table.name), table, filters).where(MOD(CRC32(table.name), one_in) == 0).run(pluck=True)
	fields = ["margin_after_cost", "visits", "recency_weeks", "age_weeks", "expected_margin_per_visit", "risk", "lifetime_value"]
	query = frappe.qb.from_(table).select(*(table[field] for field in fields)).where(table.visits > 0)
	rows = [row for part in slices(names, BATCH) for row in query.where(table.name.isin(part)).run()]
	customers = pd.DataFrame(rows, columns=fields).astype(float)
	return customers.assign(weeks_away=customers["age_weeks"] - customers["recency_weeks"]), one_in


def chosen(query, table, filters):
	for field, value in {"main_model": filters.model, "value_class": filters.value_class}.items():
		if value:
			query = query.where(table[field] == value)
	return keep_scope(query, table, filters.dealership)


def row_of(group: Group, customers: pd.DataFrame, found: Groups) -> dict:
	value = float(customers.loc[found.numbers == group.number, "lifetime_value"].mean())
	words = name_of(group, phrases(), _("average in everything"))
	return {
		**{"label": f"{group.number}. {words}", "customers": group.customers, "share": round(100 * group.share, 1), "lifetime_value": value},
		**group.means,
		**{name: round(group.means[name]) for name in ("weeks_away", "age_weeks")},
	}


def phrases() -> dict[tuple[str, str], str]:
	return {
		("margin_after_cost", HIGH): _("bring much"),
		("margin_after_cost", LOW): _("bring little"),
		("visits", HIGH): _("came often"),
		("visits", LOW): _("came seldom"),
		("weeks_away", HIGH): _("away for long"),
		("weeks_away", LOW): _("here lately"),
		("age_weeks", HIGH): _("known for long"),
		("age_weeks", LOW): _("new to us"),
		("expected_margin_per_visit", HIGH): _("spend much at a time"),
		("expected_margin_per_visit", LOW): _("spend little at a time"),
		("risk", HIGH): _("likely to leave"),
		("risk", LOW): _("sure to come again"),
	}


def columns() -> list[dict]:
	return [
		column("label", _("Customers Who"), "Data", 330),
		column("customers", _("Customers"), width=110),
		column("share", _("Share of Customers %"), "Percent", 180),
		column("margin_after_cost", _("Margin of a Customer"), "Currency", 160),
		column("visits", _("Visits of a Customer"), "Float", 150, precision=1),
		column("expected_margin_per_visit", _("Margin of a Visit"), "Currency", 140),
		column("weeks_away", _("Weeks Since Last Visit"), width=190),
		column("age_weeks", _("Weeks Known"), width=120),
		column("risk", _("Probability to Leave"), "Percent", 150),
		column("lifetime_value", _("Lifetime Value"), "Currency", 150),
	]


def message(found: Groups, one_in: int) -> str:
	told = [_("Groups of customers who resemble each other in these figures, found from the figures themselves; named by what they are high or low in.")]
	if found.clearness < CLEAR:
		told.append(_("The groups run into each other: customers differ by degrees."))
	if one_in > 1:
		told.append(_("One customer in {0} is looked at.").format(one_in))
	return " ".join(told)


def summary(rows: list[dict], found: Groups) -> list[dict]:
	largest = max(rows, key=lambda row: row["customers"])
	return [
		figure(_("Groups"), len(rows)),
		figure(_("Customers Looked At"), sum(row["customers"] for row in rows)),
		figure(_("Largest Group"), largest["label"], "Data", "Blue"),
		figure(_("How Clearly They Differ %"), round(100 * max(found.clearness, 0), 0), "Percent"),
	]
