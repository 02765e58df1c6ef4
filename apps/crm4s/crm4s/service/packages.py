"""What to propose for a car: packages by model, mileage and season, what its plan makes due, and what the customer declined last time."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, cint, date_diff, flt, formatdate, getdate, nowdate

from crm4s.value.money import line_amount, total
from crm4s.value.packages import discounts, fits_car, in_band, minutes_of, season_start

PACKAGE, LINE, CAR = "C4S Service Package", "C4S Service Package Line", "C4S Service Package Car"
VEHICLE, VISIT, ITEM = "C4S Vehicle", "C4S Service Visit", "C4S Service Item"
CAR_FIELDS = (
	"name", "model", "odometer", "odometer_read_on", "kilometres_per_day", "next_service_on", "next_service_km", "next_service_reason",
)
# A package without mileage and season is not proposed again within this time.
DAYS_BETWEEN = 180
# Cars come some days before they are due.
DAYS_BEFORE_DUE, KM_BEFORE_DUE = 30, 1000
# What was declined longer ago is looked at anew.
DECLINED_WITHIN_DAYS = 540
MOST_DECLINED = 20


def propose(vehicle: str, on: date | str | None = None, odometer: int | None = None, as_day: Callable[[date], str] = formatdate) -> list[dict]:
	"""What the car could have done on a day, each with the reason in words.

	Args:
		on: the day of the visit, today if empty.
		odometer: km at that visit; without it the last reading carried on at the car's km a day.
		as_day: how the reader of the reasons writes a date.
	Returns:
		package (None for what is no package), title, reason, lines (rows for the items of a visit or an appointment: item_kind, part,
		item_name, quantity, minutes, unit_price, discount_amount, package), minutes, price; `declined_at`, the visit, for what was declined.
	"""
	on = getdate(on or nowdate())
	car = frappe.db.get_value(VEHICLE, vehicle, CAR_FIELDS, as_dict=True)
	if not car:
		return []
	kilometres = cint(odometer) or expected_odometer(car, on)
	return [*_fitting(car, on, kilometres), *_due_of_plan(car, on, kilometres, as_day), *_declined(vehicle, on)]


def expected_odometer(car: Mapping, on: date) -> int:
	"""The last reading of the car carried on to the day at its kilometres a day."""
	if not car.get("odometer_read_on"):
		return cint(car.get("odometer"))
	days = max(date_diff(on, getdate(car["odometer_read_on"])), 0)
	return cint(car["odometer"]) + round(days * flt(car.get("kilometres_per_day")))


def items_of(package: str) -> list[dict]:
	"""The package as rows for the items of a visit, with the discounts that bring them to its price."""
	return _items(frappe.get_cached_doc(PACKAGE, package))


def enabled_packages() -> list:
	"""In the order in which they are proposed."""
	names = frappe.get_all(PACKAGE, {"enabled": 1}, pluck="name", order_by="from_km, package_name")
	return [frappe.get_cached_doc(PACKAGE, name) for name in names]


def fits(package, model: str | None, brand: str | None, energy_type: str | None, kilometres: int, on: date) -> bool:
	"""Whether a package is for a car of that model with that many km on a day."""
	return (
		fits_car(package.cars, model, brand, energy_type)
		and in_band(kilometres, package.from_km, package.to_km)
		and (not package.season_from or season_start(package.season_from, package.season_to, on) is not None)
	)


def due_items(car: Mapping, on: date, kilometres: int) -> list[str]:
	"""The items of the maintenance plan that a car (CAR_FIELDS) has due on a day or soon after it."""
	by_day = car.next_service_on and getdate(car.next_service_on) <= getdate(add_days(on, DAYS_BEFORE_DUE))
	by_distance = car.next_service_km and car.next_service_km <= kilometres + KM_BEFORE_DUE
	return car.next_service_reason.split(", ") if car.next_service_reason and (by_day or by_distance) else []


def declined_before(vehicle: str, on: date | str | None = None) -> list[dict]:
	"""Items that the car's customer declined at earlier visits and that were not done since: the item's fields, `visit` and `arrived_on`."""
	on = getdate(on or nowdate())
	item, visit = frappe.qb.DocType(ITEM), frappe.qb.DocType(VISIT)
	rows = (
		frappe.qb.from_(visit)
		.inner_join(item)
		.on((item.parent == visit.name) & (item.parenttype == VISIT))
		.select(
			visit.name.as_("visit"), visit.arrived_on, visit.status, item.approval, item.item_kind, item.part, item.item_name,
			item.quantity, item.minutes, item.unit_price,
		)
		.where((visit.vehicle == vehicle) & (visit.status != "Cancelled"))
		.where((visit.arrived_on >= add_days(on, -DECLINED_WITHIN_DAYS)) & (item.approval.isin(["Declined", "Approved"])))
		.orderby(visit.arrived_on, order=frappe.qb.desc)
		.orderby(item.idx)
		.limit(500)
	).run(as_dict=True)
	found, seen = [], set()
	for row in rows:
		key = (row.item_kind, row.part or row.item_name)
		if key not in seen and row.approval == "Declined" and row.status == "Settled":
			found.append(row)
		if row.status == "Settled" or row.approval == "Approved":
			seen.add(key)
	return found[:MOST_DECLINED]


def _fitting(car: Mapping, on: date, kilometres: int) -> list[dict]:
	model = frappe.get_cached_value("C4S Vehicle Model", car.model, ["brand", "energy_type", "model_title"], as_dict=True) if car.model else None
	brand, energy_type = (model.brand, model.energy_type) if model else (None, None)
	fitting = [package for package in enabled_packages() if fits(package, car.model, brand, energy_type, kilometres, on)]
	done = _last_done(car.name, [package.name for package in fitting])
	proposals = []
	for package in fitting:
		if _was_done(package, done.get(package.name), on):
			continue
		title = model.model_title if model and package.cars else None
		proposals.append(_proposal(package.name, package.name, _reason(package, title, kilometres), _items(package)))
	return proposals


def _reason(package, car_title: str | None, kilometres: int) -> str:
	parts = []
	if package.to_km:
		parts.append(_("about {0} km, between {1} and {2} km").format(f"{kilometres:,}", f"{cint(package.from_km):,}", f"{cint(package.to_km):,}"))
	elif package.from_km:
		parts.append(_("about {0} km, from {1} km on").format(f"{kilometres:,}", f"{cint(package.from_km):,}"))
	if package.season_from:
		parts.append(_("season {0} to {1}").format(package.season_from, package.season_to))
	if car_title:
		parts.append(_("for {0}").format(car_title))
	return " · ".join(parts) or _("for every car")


def _last_done(vehicle: str, packages: Iterable[str]) -> dict[str, dict]:
	"""By package the last visit of the car with it: arrived_on and odometer."""
	packages = list(packages)
	if not packages:
		return {}
	item, visit = frappe.qb.DocType(ITEM), frappe.qb.DocType(VISIT)
	rows = (
		frappe.qb.from_(visit)
		.inner_join(item)
		.on((item.parent == visit.name) & (item.parenttype == VISIT))
		.select(item.package, visit.arrived_on, visit.odometer)
		.where((visit.vehicle == vehicle) & (visit.status == "Settled"))
		.where(item.package.isin(packages) & (item.approval == "Approved"))
		.orderby(visit.arrived_on)
	).run(as_dict=True)
	return {row.package: row for row in rows}


def _was_done(package, last: Mapping | None, on: date) -> bool:
	"""Once in its band, once a season, else not again for some months."""
	if not last:
		return False
	if package.season_from:
		return getdate(last.arrived_on) >= season_start(package.season_from, package.season_to, on)
	if package.to_km and last.odometer:
		return in_band(cint(last.odometer), package.from_km, package.to_km)
	return date_diff(on, getdate(last.arrived_on)) < DAYS_BETWEEN


def _due_of_plan(car: Mapping, on: date, kilometres: int, as_day: Callable[[date], str]) -> list[dict]:
	titles = due_items(car, on, kilometres)
	reason = _("due by the maintenance plan: {0}").format(next_by_plan(car, as_day))
	return [
		_proposal(None, title, reason, [{"item_kind": "Labour", "item_name": title, "quantity": 1, "unit_price": 0}], minutes=0)
		for title in titles
	]


def next_by_plan(car: Mapping, as_day: Callable[[date], str] = formatdate) -> str:
	"""Day and distance at which the plan has the next service: 2027-04-18 / 76,173 km."""
	when = [
		as_day(car["next_service_on"]) if car["next_service_on"] else None,
		_("{0} km").format(f"{cint(car['next_service_km']):,}") if car["next_service_km"] else None,
	]
	return " / ".join(filter(None, when))


def _declined(vehicle: str, on: date) -> list[dict]:
	return [
		{
			**_proposal(
				None,
				row.item_name,
				_("advised on {0}, not done then").format(formatdate(getdate(row.arrived_on))),
				[{field: row.get(field) for field in ("item_kind", "part", "item_name", "quantity", "minutes", "unit_price")}],
			),
			"declined_at": row.visit,
		}
		for row in declined_before(vehicle, on)
	]


def _proposal(package: str | None, title: str, reason: str, lines: list[dict], minutes: int | None = None) -> dict:
	amounts = (line_amount(row["quantity"], row.get("unit_price"), row.get("discount_amount")) for row in lines)
	planned = sum(minutes_of(row["item_kind"], row["quantity"], row.get("minutes")) for row in lines) if minutes is None else minutes
	return {
		"package": package,
		"title": title,
		"reason": reason,
		"lines": lines,
		"minutes": planned,
		"price": float(total(amounts)),
	}


def _items(package) -> list[dict]:
	taken = discounts([(row.quantity, row.unit_price) for row in package.lines], package.price)
	return [
		{
			"item_kind": row.item_kind,
			"part": row.part,
			"item_name": row.item_name,
			"quantity": row.quantity,
			"minutes": row.minutes,
			"unit_price": row.unit_price,
			"discount_amount": float(discount),
			"package": package.name,
		}
		for row, discount in zip(package.lines, taken, strict=True)
	]
