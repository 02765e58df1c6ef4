"""How the bays were used day by day: booked, worked and idle, out of what their store was open. Minutes are added up in SQL, a row a bay and day."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, getdate, nowdate

from crm4s.access.chosen_stores import keep_stores
from crm4s.bookings.booking import BOOKED
from crm4s.calendars.working_hours import WEEKDAYS
from crm4s.crm4s.report import percentiles, shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.bay_use import bay_use, total_of
from crm4s.store_hours import working_hours_of

RESOURCE, BOOKING, JOB, INTERVAL = "C4S Resource", "C4S Booking", "C4S Repair Job", "C4S Work Interval"
BAY, STORE, DAY, WEEKDAY = "Bay", "Store", "Day", "Weekday"
VIEWS = {
	BAY: shapes.Axis("bay", RESOURCE),
	STORE: shapes.STORE,
	DAY: shapes.Axis("day", listed=False),
	WEEKDAY: shapes.Axis("weekday", listed=False),
}
MOST_DAYS = 366


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=1)
	if (filters.to_date - filters.from_date).days >= MOST_DAYS:
		frappe.throw(_("Choose a time of at most {0} days.").format(MOST_DAYS))
	filters.to_date = min(filters.to_date, getdate(nowdate()))
	if filters.from_date > filters.to_date:
		return columns(filters.view), [], _("Days to come are not counted."), None, []
	days = read_days(filters)
	if days.empty:
		return columns(filters.view), [], _("There are no bays in these stores."), None, []
	rows = shapes.read(bay_use(days.assign(key=days[VIEWS[filters.view].field])), VIEWS[filters.view], filters)
	if filters.view == WEEKDAY:
		rows.sort(key=lambda row: WEEKDAYS.index(row["key"]))
	if filters.view in (BAY, STORE):
		rows.sort(key=lambda row: -row["worked"])
	return columns(filters.view), rows, None, chart(rows, filters.view), summary(total_of(days))


def read_days(filters) -> pd.DataFrame:
	"""One row a bay and day, of bays that are disabled now only days on which they were used: bay, dealership, day, weekday, open, booked, worked in minutes."""
	bay = frappe.qb.DocType(RESOURCE)
	query = frappe.qb.from_(bay).select(bay.name, bay.dealership, bay.enabled).where(bay.kind == "Bay")
	bays = pd.DataFrame(list(keep_stores(query, bay.dealership, filters.dealership).run()), columns=["bay", "dealership", "enabled"])
	dates = [getdate(day) for day in pd.date_range(filters.from_date, filters.to_date)]
	days = bays.merge(pd.DataFrame({"day": dates}), how="cross").merge(_open(bays, dates), on=["dealership", "day"])
	for minutes in (_booked(filters), _worked(filters)):
		days = days.merge(minutes, on=["bay", "day"], how="left")
	# The database gives decimals, which fill as objects.
	days[["booked", "worked"]] = days[["booked", "worked"]].astype(float).fillna(0)
	days = days[(days["enabled"] == 1) | (days["booked"] > 0) | (days["worked"] > 0)]
	return days.assign(weekday=[WEEKDAYS[day.weekday()] for day in days["day"]], day=days["day"].astype(str))


def _open(bays: pd.DataFrame, dates: list) -> pd.DataFrame:
	hours = working_hours_of(sorted(set(bays["dealership"])), dates[0], dates[-1])
	rows = [
		(store, day, sum(closes - opens for opens, closes in of_store.spans_of(day))) for store, of_store in hours.items() for day in dates
	]
	return pd.DataFrame(rows, columns=["dealership", "day", "open"])


def _booked(filters) -> pd.DataFrame:
	"""Columns bay, day, booked; a booking belongs to the day on which it begins."""
	booking = frappe.qb.DocType(BOOKING)
	day = frappe.qb.functions("date", booking.starts_at)
	query = (
		frappe.qb.from_(booking)
		.select(booking.resource, day, Sum(percentiles.seconds_between(booking.starts_at, booking.ends_at)) / 60)
		.where((booking.kind == "Bay") & (booking.status == BOOKED) & shapes.within(booking.starts_at, filters))
		.groupby(booking.resource, day)
	)
	return pd.DataFrame(list(keep_stores(query, booking.dealership, filters.dealership).run()), columns=["bay", "day", "booked"])


def _worked(filters) -> pd.DataFrame:
	"""Columns bay, day, worked; what is worked on belongs to the day on which it was begun."""
	job, interval = frappe.qb.DocType(JOB), frappe.qb.DocType(INTERVAL)
	day = frappe.qb.functions("date", interval.started_at)
	# Who finished before the time was not at work in it.
	at_work = job.finished_on.isnull() | (job.finished_on >= filters.from_date)
	query = (
		frappe.qb.from_(job)
		.join(interval)
		.on((interval.parent == job.name) & (interval.parenttype == JOB))
		.select(job.bay, day, Sum(interval.minutes))
		.where(job.bay.isnotnull() & at_work & (job.started_on < add_days(filters.to_date, 1)) & shapes.within(interval.started_at, filters))
		.groupby(job.bay, day)
	)
	return pd.DataFrame(list(keep_stores(query, job.dealership, filters.dealership).run()), columns=["bay", "day", "worked"])


def columns(view: str) -> list[dict]:
	hours, percent = {"fieldtype": "Float", "precision": 1, "width": 145}, {"fieldtype": "Percent", "width": 130}
	return [
		shapes.key_column(view),
		shapes.column("bay_days", _("Bay Days")),
		shapes.column("open", _("Open (h)"), **hours),
		shapes.column("booked", _("Booked (h)"), **hours),
		shapes.column("worked", _("Worked (h)"), **hours),
		shapes.column("idle", _("Idle (h)"), **hours),
		shapes.column("booked_percent", _("Booked %"), **percent),
		shapes.column("worked_percent", _("Worked %"), **percent),
		shapes.column("idle_percent", _("Idle %"), **percent),
	]


def chart(rows: list[dict], view: str) -> dict | None:
	drawn = {"booked_percent": _("Booked %"), "worked_percent": _("Worked %")}
	if view == DAY:
		return shapes.bars([{**row, "label": row["label"][5:]} for row in rows], drawn, kind="line", most=62, fieldtype="Float")
	return shapes.bars(rows, drawn, fieldtype="Float")


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Bay Days"), total["bay_days"]),
		shapes.figure(_("Booked %"), total["booked_percent"], "Percent"),
		shapes.figure(_("Worked %"), total["worked_percent"], "Percent", "Green"),
		shapes.figure(_("Idle %"), total["idle_percent"], "Percent", "Red"),
	]
