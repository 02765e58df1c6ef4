"""Cars of a store to rent or to borrow: what is free, what it costs, and taking one."""

from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, getdate, now_datetime

from crm4s.calendars.slots import Interval
from crm4s.exceptions import RentalError
from crm4s.portal import own, service
from crm4s.portal.service import APPOINTMENT, RENTAL, VISIT
from crm4s.portal.viewer import Viewer
from crm4s.rentals import free, terms
from crm4s.store_hours import working_hours

CLASS = "C4S Rental Class"
RENTAL_CAR, COURTESY_CAR = "Rental Car", "Courtesy Car"
MOST_DAYS, DAYS_AHEAD = 60, 180
# A fleet has more cars in the workshop than anybody scrolls through.
MOST_OFFERED = 10
PRICES = ("daily_rate", "deposit", "km_per_day", "extra_km_price")


def period_of(store: str, first: str, last: str) -> Interval:
	"""From the opening of the first day, today from now on, to the closing of the last.

	Raises:
		RentalError: a day is none, in the wrong order, too far ahead, or the store is closed on it; one sentence.
	"""
	days = [_day(text) for text in (first, last)]
	if None in days:
		frappe.throw(_("Choose the first and the last day."), RentalError)
	if not getdate() <= days[0] <= days[1] <= getdate(add_days(getdate(), DAYS_AHEAD)):
		frappe.throw(_("The last day must not be before the first, and both within the next {0} days.").format(DAYS_AHEAD), RentalError)
	if (days[1] - days[0]).days >= MOST_DAYS:
		frappe.throw(_("{0} days are the most; for longer please call the store.").format(MOST_DAYS), RentalError)
	hours = working_hours(store, *days)
	spans = [hours.spans_of(day) for day in days]
	for day, open_then in zip(days, spans, strict=True):
		if not open_then:
			frappe.throw(_("The store is closed on {0}; choose another day.").format(frappe.format(day, "Date")), RentalError)
	period = Interval(max(_at(days[0], spans[0][0][0]), _next_quarter()), _at(days[1], min(spans[1][-1][1], 24 * 60 - 1)))
	if period.starts_at >= period.ends_at:
		frappe.throw(_("The store closes soon; choose tomorrow as the first day."), RentalError)
	return period


def classes(store: str, period: Interval) -> list:
	"""Rental classes with a free car for the whole time: name, prices, `resource`, `model`, `amount` of the days."""
	cars = {}
	for car in free.cars(store, period.starts_at, period.ends_at, (RENTAL_CAR,), permitted=False):
		cars.setdefault(car.rental_class, car)
	rows = frappe.get_all(CLASS, {"name": ["in", list(filter(None, cars)) or [own.NOBODY]], "enabled": 1}, ["name", *PRICES], order_by="sequence, daily_rate")
	titles = dict(frappe.get_all("C4S Vehicle Model", {"name": ["in", [car.model for car in cars.values() if car.model] or [own.NOBODY]]}, ["name", "model_title"], as_list=True))
	for row in rows:
		car = cars[row.name]
		row.update(resource=car.resource, model_title=titles.get(car.model), **terms.expected(row, period.starts_at, period.ends_at))
	return rows


def rent(viewer: Viewer, store: str, period: Interval, rental_class: str):
	"""The planned rental of a free car of that class.

	Raises:
		RentalError: none is free any more.
	"""
	found = next((row for row in classes(store, period) if row.name == rental_class), None)
	if not found:
		frappe.throw(_("No car of this class is free for these days any more; choose another class or other days."), RentalError)
	return _plan(viewer, store, viewer.customer, found.resource, period, rental_kind="Paid Rental", rental_class=found.name)


def may_borrow_for(viewer: Viewer) -> list:
	"""Appointments and open visits of the viewer without a courtesy car, in stores that have one free for so long: doctype, name, title, store, period."""
	found = []
	for doctype, begins, ends, status in ((APPOINTMENT, "planned_from", "planned_to", "Booked"), (VISIT, "arrived_on", "promised_on", "Open")):
		kept = ("courtesy_car",) if doctype == APPOINTMENT else ()
		fields = ("customer", "plate_number", "dealership", begins, ends, *kept)
		rows = own.rows(viewer, doctype, *fields, where=lambda table, status=status: table.status == status, order_by=begins, limit=MOST_OFFERED)
		found += [_borrowing(doctype, row, row[begins], row[ends]) for row in rows if service.pays(viewer, row.customer) and not row.get("courtesy_car")]
	have = _with_a_car(found)
	found = [row for row in found if row.period and row.name not in have]
	are_free = free.at_each_of(COURTESY_CAR, [(row.dealership, row.period) for row in found])
	return [row for row, is_free in zip(found, are_free, strict=True) if is_free]


def borrow(viewer: Viewer, wanted):
	"""The planned courtesy car of one of `may_borrow_for`."""
	cars = free.cars(wanted.dealership, wanted.period.starts_at, wanted.period.ends_at, (COURTESY_CAR,), permitted=False)
	if not cars:
		frappe.throw(_("No courtesy car is free at that time; choose another time, or go without."), RentalError)
	link = {"appointment" if wanted.doctype == APPOINTMENT else "service_visit": wanted.name}
	return _plan(viewer, wanted.dealership, wanted.customer, cars[0].resource, wanted.period, rental_kind="Courtesy", **link)


def cancel(name: str, reason: str) -> None:
	"""What is not handed out yet is free for others."""
	rental = frappe.get_doc(RENTAL, name, for_update=True)
	if rental.status != "Planned":
		frappe.throw(_("The car was handed out, or the rental is over; please call the store."), RentalError)
	rental.update({"status": "Cancelled", "cancellation_note": reason})
	rental.save(ignore_permissions=True)


def _plan(viewer: Viewer, store: str, customer: str, resource: str, period: Interval, **values):
	return frappe.get_doc(
		{
			"doctype": RENTAL, "dealership": store, "customer": customer, "resource": resource, **service.contact_of(viewer),
			"planned_from": period.starts_at, "planned_to": period.ends_at, **values,
		}
	).insert(ignore_permissions=True)


def _borrowing(doctype: str, row, begins, ends):
	starts_at = max(begins, _next_quarter())
	period = Interval(starts_at, ends) if ends and ends > starts_at else None
	return frappe._dict(doctype=doctype, name=row.name, title=row.plate_number, customer=row.customer, dealership=row.dealership, period=period)


def _with_a_car(found: list) -> set[str]:
	"""Names of those for which a car is lent or kept."""
	names = [row.name for row in found] or [own.NOBODY]
	rental = frappe.qb.DocType(RENTAL)
	rows = (
		frappe.qb.from_(rental)
		.select(rental.appointment, rental.service_visit)
		.where(rental.status.isin(("Planned", "Handed Out")) & (rental.appointment.isin(names) | rental.service_visit.isin(names)))
		.run()
	)
	return {name for row in rows for name in row if name}


def _day(text: str) -> date | None:
	try:
		return date.fromisoformat(text)
	except ValueError:
		return None


def _at(day: date, minute: int) -> datetime:
	return datetime.combine(day, time()) + timedelta(minutes=minute)


def _next_quarter() -> datetime:
	now = now_datetime().replace(second=0, microsecond=0)
	return now + timedelta(minutes=15 - now.minute % 15)
