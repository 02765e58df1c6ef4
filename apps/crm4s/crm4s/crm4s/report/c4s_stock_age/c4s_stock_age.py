"""The cars in stock today, new and used: for how long they have been standing, and the money that is bound in them."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import add_days, getdate, nowdate

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import ALLOCATED, IN_RECONDITIONING, IN_STOCK, TRADED_IN, USED_STOCK
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_view
from crm4s.masked_twins import may_show, title_in_full
from crm4s.reports.stock_age import BANDS, OLD_AFTER, stock_age, total_of, with_age

VEHICLE = "C4S Vehicle"
BAND, CAR, KIND = "Age", "Vehicle", "New or Used"
VIEWS = {
	BAND: shapes.Axis("band", listed=False),
	"Model": shapes.Axis("model", "C4S Vehicle Model"),
	"Store": shapes.STORE,
	"Status": shapes.Axis("status"),
	KIND: shapes.Axis("is_used", listed=False),
	CAR: shapes.Axis("name"),
}
NEW, USED = "New Car", "Used Car"
STANDING = (IN_STOCK, ALLOCATED, TRADED_IN, IN_RECONDITIONING, USED_STOCK)
# As many cars as people look at one by one.
MOST_CARS = 500
# As many as the filter of a list names one by one.
MOST_NAMED = 100
FIELDS = ("name", "vehicle_title", "model", "dealership", "status", "in_stock_since", "since", "cost", "asking_price", "is_used")


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	cars = with_age(read_cars(filters), getdate(nowdate()))
	if filters.view == CAR:
		rows = one_by_one(cars)
		message = _("The {0} cars that have stood longest are shown.").format(MOST_CARS) if len(cars) > MOST_CARS else None
		return columns_of_cars(), rows, message, None, summary(total_of(cars))
	rows = grouped(cars, filters)
	return columns(filters.view), rows, None, chart(rows), summary(total_of(cars))


def read_cars(filters) -> pd.DataFrame:
	car = frappe.qb.DocType(VEHICLE)
	since = Coalesce(car.in_stock_since, car.arrived_on, car.bought_on, frappe.qb.functions("date", car.creation))
	cost = frappe.qb.functions("if", car.total_cost > 0, car.total_cost, Coalesce(car.purchase_price, 0))
	# Bought, or somebody's before: what our own stock movements and registration say.
	used = frappe.qb.functions("if", car.status.isin((TRADED_IN, IN_RECONDITIONING, USED_STOCK)) | car.bought_on.isnotnull(), 1, 0)
	query = frappe.qb.from_(car).select(
		car.name, car.vehicle_title, Coalesce(car.model, ""), Coalesce(car.dealership, ""), car.status, car.in_stock_since, since, cost, car.asking_price, used
	)
	query = query.where(car.status.isin(STANDING))
	query = keep_stores(shapes.equal_to(query, car, filters, ("model",)), car.dealership, filters.dealership)
	cars = pd.DataFrame(list(query.run()), columns=list(FIELDS))
	if filters.kind in (NEW, USED):
		cars = cars[cars["is_used"] == (filters.kind == USED)]
	return cars.assign(cost=cars["cost"].astype(float), allocated=cars["status"] == ALLOCATED, is_used=cars["is_used"].astype(int))


def grouped(cars: pd.DataFrame, filters) -> list[dict]:
	field = VIEWS[filters.view].field
	rows = stock_age(cars.assign(key=cars[field]))
	if filters.view == BAND:
		rows.sort(key=lambda row: row["key"])
	names = {BAND: band_names(), KIND: [_(NEW), _(USED)]}.get(filters.view)
	rows = shapes.read(rows, VIEWS[filters.view], filters, ["model"])
	for row in rows:
		if names:
			row["label"] = names[int(row["key"])]
		if filters.view == BAND:
			row |= _behind_band(cars[cars["band"] == row["key"]], filters)
		elif filters.kind or filters.view == KIND:
			row["behind"] = None
	return rows


def _behind_band(cars: pd.DataFrame, filters) -> dict:
	"""Filters of the cars' list: the days on which they came in, or, where some have no such day or a kind was chosen, their names while they are few."""
	if not filters.kind and cars["in_stock_since"].notna().all():
		base = {**_stores(filters), **({"model": filters.model} if filters.model else {})}
		return {"behind": base, "span": days_of(int(cars["band"].iloc[0]))}
	return {"behind": {"name": ["in", list(cars["name"])]} if len(cars) <= MOST_NAMED else None, "span": None}


def _stores(filters) -> dict:
	return {"dealership": shapes.of_store(filters.dealership)} if filters.dealership else {}


def days_of(band: int) -> list[str]:
	"""From when to when the cars of a band came."""
	edges = (-1, *BANDS, 36_500)
	return [str(add_days(nowdate(), -edges[band + 1])), str(add_days(nowdate(), -edges[band] - 1))]


def band_names() -> list[str]:
	edges = (0, *BANDS)
	between = [_("{0} to {1} days").format(below + 1 if below else 0, last) for below, last in zip(edges, BANDS)]
	return [*between, _("More than {0} days").format(BANDS[-1])]


def one_by_one(cars: pd.DataFrame) -> list[dict]:
	rows = cars.sort_values("days", ascending=False, kind="stable").head(MOST_CARS).to_dict("records")
	stores = shapes.labels({row["dealership"] for row in rows}, shapes.STORE)
	models = shapes.labels({row["model"] for row in rows}, VIEWS["Model"])
	plates = _plates([row["name"] for row in rows])
	return [
		{**row, "vehicle_title": title_in_full(row["vehicle_title"], plates.get(row["name"])), "since": str(row["since"]), "store": stores.get(row["dealership"]), "model": models.get(row["model"]), "status": _(row["status"])}
		for row in rows
	]


def _plates(names: list[str]) -> dict[str, str]:
	"""By car, for whoever may know them."""
	if not may_show(VEHICLE, "plate_number"):
		return {}
	return dict(frappe.get_all(VEHICLE, {"name": ["in", names or [""]]}, ["name", "plate_number"], as_list=True, limit_page_length=0))


def columns(view: str) -> list[dict]:
	moment = "in_stock_since" if view == BAND else None
	old_since = ["<", str(add_days(nowdate(), -OLD_AFTER))]
	in_stock = {"status": ["in", list(STANDING)]} if view != "Status" else {}
	return [
		shapes.key_column(view),
		shapes.column("cars", _("Cars"), **shapes.opens(VEHICLE, moment, **in_stock)),
		shapes.column("share_percent", _("Share of All %"), "Percent", 120),
		shapes.column("allocated", _("Of These Allocated"), width=140, **shapes.opens(VEHICLE, moment, status=ALLOCATED)),
		shapes.column("mean_days", _("Days in Stock, Mean"), width=150),
		shapes.column("oldest_days", _("Oldest, Days"), width=120),
		shapes.column("old", _("Over {0} Days").format(OLD_AFTER), **(shapes.opens(VEHICLE, **in_stock, in_stock_since=old_since) if view != BAND else {})),
		shapes.column("old_percent", _("Over {0} Days %").format(OLD_AFTER), "Percent", 130),
		shapes.column("bound", _("Money Bound"), "Currency", 160),
	]


def columns_of_cars() -> list[dict]:
	return [
		shapes.column("name", _("Vehicle"), "Link", 120, options=VEHICLE),
		shapes.column("vehicle_title", _("Title"), "Data", 220),
		shapes.column("model", _("Model"), "Data", 180),
		shapes.column("store", _("Store"), "Data", 150),
		shapes.column("status", _("Status"), "Data", 120),
		shapes.column("since", _("In Stock Since"), "Date", 120),
		shapes.column("days", _("Days in Stock")),
		shapes.column("cost", _("Money Bound"), "Currency", 140),
		shapes.column("asking_price", _("Asking Price"), "Currency", 140),
	]


def chart(rows: list[dict]) -> dict | None:
	return shapes.bars(rows, {"bound": _("Money Bound")}, fieldtype="Currency")


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Cars"), total["cars"]),
		shapes.figure(_("Days in Stock, Mean"), total["mean_days"] or 0),
		shapes.figure(_("Over {0} Days %").format(OLD_AFTER), total["old_percent"], "Percent", "Red" if total["old"] else None),
		shapes.figure(_("Money Bound"), total["bound"], "Currency"),
	]
