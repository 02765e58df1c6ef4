"""What a rule of invitations finds on a day: a trigger reads by an index and yields at most so many at a time, as the care rules do."""

from collections.abc import Callable, Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, day_range, tables

SLICE = 2_000
DELIVERY, VISIT, COMPLAINT, LOST, YEARLY = "After Delivery", "After Visit", "Complaint Closed", "Lead Lost", "Days of the Year"
Found = Iterator[list[Due]]


def read(rule, day: date) -> Found:
	"""What happened on that day, for the customers that the rule means; `facts` hold the link of the invitation to what it is about."""
	for found in TRIGGERS[rule.trigger](rule, day):
		for begin in range(0, len(found), SLICE):
			yield found[begin : begin + SLICE]


def deliveries(rule, day: date) -> Found:
	deal = frappe.qb.DocType("C4S Deal")
	yield _found(rule, day, deal, "deal", deal.delivered_on[day_range(day)] & (deal.status == "Delivered"), deal.vehicle)


def visits(rule, day: date) -> Found:
	visit = frappe.qb.DocType("C4S Service Visit")
	condition = visit.settled_on[day_range(day)] & (visit.status == "Settled")
	if rule.visit_kind:
		condition &= visit.visit_kind == rule.visit_kind
	yield _found(rule, day, visit, "service_visit", condition, visit.vehicle)


def complaints(rule, day: date) -> Found:
	complaint = frappe.qb.DocType("C4S Complaint")
	yield _found(rule, day, complaint, "complaint", complaint.closed_on[day_range(day)] & (complaint.status == "Closed"), complaint.vehicle)


def lost_leads(rule, day: date) -> Found:
	"""Those with a customer's file: others cannot be written to."""
	lead = frappe.qb.DocType("C4S Lead")
	yield _found(rule, day, lead, "lead", lead.lost_on[day_range(day)] & (lead.status == "Lost"), None)


def days_of_year(rule, day: date) -> Found:
	"""All customers on the rule's days, in the order of their names."""
	if f"{day:%m-%d}" not in days_in(rule.days_of_year):
		return
	customer, last = frappe.qb.DocType("C4S Customer"), ""
	while True:
		rows = (
			narrow(frappe.qb.from_(customer).select(customer.name).where(customer.name > last), rule, customer)
			.orderby(customer.name)
			.limit(SLICE)
			.run(pluck=True)
		)
		if not rows:
			return
		last = rows[-1]
		yield [Due(name, f"{day}", name, day) for name in rows]


def days_in(lines: str | None) -> list[str]:
	"""Month and day as 03-15, one for each line.

	Raises:
		ValueError: a line that is no day of the year.
	"""
	found = []
	for line in filter(None, map(str.strip, (lines or "").splitlines())):
		month, _sign, day = line.partition("-")
		# A leap year, so that 29 February is a day.
		found.append(f"{date(2028, int(month), int(day)):%m-%d}")
	return found


def _found(rule, day: date, table, link: str, condition, vehicle) -> list[Due]:
	customer, car = tables()
	query = frappe.qb.from_(table).join(customer).on(customer.name == table.customer).where(condition).orderby(table.name)
	query = query.select(table.name, table.customer, table.dealership)
	if vehicle is not None:
		query = query.left_join(car).on(car.name == vehicle).select(vehicle.as_("vehicle"))
	rows = narrow(query, rule, customer, car if vehicle is not None else None).run(as_dict=True)
	return [Due(row.name, "1", row.customer, day, row.get("vehicle"), row.dealership, {link: row.name}) for row in rows]


# Trigger → how it is read; what the database finds a day by stands in the types' indexes (delivered_on, settled_on, closed_on, lost_on).
TRIGGERS: dict[str, Callable[..., Found]] = {
	DELIVERY: deliveries,
	VISIT: visits,
	COMPLAINT: complaints,
	LOST: lost_leads,
	YEARLY: days_of_year,
}
