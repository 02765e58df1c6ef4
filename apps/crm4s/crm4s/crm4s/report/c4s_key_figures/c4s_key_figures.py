"""What a store's ten-day or monthly report begins with: the figures of a period, of the one before and of the same one a year ago."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_years, getdate, nowdate

from crm4s.crm4s.report.period import with_period
from crm4s.crm4s.report.shapes import of_store
from crm4s.periodic_reports.amounts import list_behind, read_amounts
from crm4s.periodic_reports.figures import FIGURES, label
from crm4s.reports.key_figures import COUNT, MONEY, PERCENT, POINTS, lines
from crm4s.reports.periods import MONTH, TEN_DAYS, days_of, last_ended, period_before, period_key, year_before

OTHER = "Days of Your Choice"
VIEWS = (TEN_DAYS, MONTH, OTHER)
FIELDTYPES = {COUNT: "Int", MONEY: "Currency", PERCENT: "Percent", POINTS: "Float"}
UNITS = {COUNT: "", MONEY: "Yuan", PERCENT: "%", POINTS: "Points"}
PERIODS, CHANGES = ("now", "before", "year_before"), ("change", "year_change")
VALUES = ("now", "before", "change", "year_before", "year_change")
IN_SUMMARY = ("Cars Ordered", "Cars Delivered", "Workshop Visits", "Settled Amount", "Complaints Received")
DRAWN = ("Leads Received", "Cars Ordered", "Cars Delivered", "Workshop Visits", "Complaints Received")


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	periods = periods_of(filters)
	found = lines(FIGURES, [read_amounts(*period, filters.dealership) for period in periods])
	spans = {name: [str(day) for day in period] for name, period in zip(PERIODS, periods, strict=True)}
	behind = {"dealership": of_store(filters.dealership)} if filters.dealership else {}
	rows = [{**row, "spans": spans, "behind": behind} for row in rows_of(found)]
	return columns(), rows, None, chart(found), summary(found)


def periods_of(filters) -> list[tuple[date, date]]:
	"""First and last day of the period, of the one before and of the same one a year ago.

	A ten-day period or a month is known by one of its days; other days are compared with as many days before them.
	"""
	view = filters.view or (OTHER if filters.from_date else TEN_DAYS)
	if view in (TEN_DAYS, MONTH):
		key = period_key(getdate(filters.day), view) if filters.day else last_ended(getdate(nowdate()), view)
		return [days_of(key), days_of(period_before(key)), days_of(year_before(key))]
	filters = with_period(frappe._dict(filters, view=view), VIEWS, months=1)
	first, last = filters.from_date, filters.to_date
	for grain in (TEN_DAYS, MONTH):
		key = period_key(first, grain)
		if days_of(key) == (first, last):
			return [(first, last), days_of(period_before(key)), days_of(year_before(key))]
	before = first - timedelta(days=1)
	return [(first, last), (first - (last - first) - timedelta(days=1), before), (getdate(add_years(first, -1)), getdate(add_years(last, -1)))]


def columns() -> list[dict]:
	figure = {"fieldtype": "Float", "precision": 2, "width": 150}
	return [
		{"fieldname": "label", "label": _("Key Figure"), "fieldtype": "Data", "width": 260},
		{"fieldname": "unit", "label": _("Unit"), "fieldtype": "Data", "width": 80},
		{"fieldname": "now", "label": _("This Period"), **figure},
		{"fieldname": "before", "label": _("Period Before"), **figure},
		{"fieldname": "change", "label": _("Change on the Period Before"), **figure},
		{"fieldname": "year_before", "label": _("Year Before"), **figure},
		{"fieldname": "year_change", "label": _("Change on the Year"), **figure},
	]


def rows_of(found: list[dict]) -> list[dict]:
	"""A heading for each section, its figures below; `kinds` and `tones` say how a column's value is shown, `opens` which list it counts."""
	rows, section = [], None
	for line in found:
		if line["section"] != section:
			section = line["section"]
			rows.append({"label": label(section), "indent": 0, "is_section": 1})
		figure = line["figure"]
		fieldtype, changes = FIELDTYPES[figure.kind], "Difference" if figure.kind in (PERCENT, POINTS) else "Percent"
		rows.append(
			{
				"label": label(figure.name),
				"indent": 1,
				"unit": _(UNITS[figure.kind]),
				**{name: line[name] for name in VALUES},
				"kinds": {**dict.fromkeys(PERIODS, fieldtype), **dict.fromkeys(CHANGES, changes)},
				"tones": {name: tone(line[name], figure.good) for name in CHANGES},
				"opens": list_behind(figure.source, figure.part),
			}
		)
	return rows


def shown(value: float | None, kind: str) -> str:
	if value is None:
		return "–"
	if kind == COUNT:
		return f"{value:,.0f}"
	return {MONEY: f"{value:,.2f}", PERCENT: f"{value:.1f} %", POINTS: f"{value:.1f}"}[kind]


def tone(value: float | None, good: int) -> int:
	"""1 for good news, -1 for bad news, 0 for neither."""
	return 0 if not value else (1 if value > 0 else -1) * good


def chart(found: list[dict]) -> dict | None:
	drawn = [line for line in found if line["figure"].name in DRAWN]
	if not any(line["now"] or line["before"] for line in drawn):
		return None
	sets = {"now": _("This Period"), "before": _("Period Before"), "year_before": _("Year Before")}
	return {
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#2490EF", "#A6D1F8", "#D1D8DD"],
		"data": {
			"labels": [label(line["figure"].name) for line in drawn],
			"datasets": [{"name": said, "values": [line[name] or 0 for line in drawn]} for name, said in sets.items()],
		},
	}


def summary(found: list[dict]) -> list[dict]:
	colours = {1: "Green", -1: "Red", 0: "Blue"}
	return [
		{
			"label": label(line["figure"].name),
			"value": shown(line["now"], line["figure"].kind),
			"datatype": "Data",
			"indicator": colours[tone(line["change"], line["figure"].good)],
		}
		for line in found
		if line["figure"].name in IN_SUMMARY
	]
