"""Who is on the line: file, cars, what is open and what is due; by index only, a fixed number of queries, as far as the reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import add_days, get_datetime, getdate, now_datetime

from crm4s.appointments import caller as appointments
from crm4s.interactions.origin import DEALERSHIP

INTERACTION = "C4S Interaction"
MOST_OF_A_KIND = 10
LAST_CONTACTS = 5
# What soon ends is worth a word while the customer is on the line.
SOON_DAYS = {"next_service_on": 30, "insurance_until": 45, "inspection_due_on": 45}


@dataclass(frozen=True)
class Matter:
	"""Documents that are open for a customer: `open` filters, `title` field, `moment` the field that says since or until when."""

	doctype: str
	open: dict
	title: str
	moment: str


MATTERS = (
	Matter("C4S Complaint", {"status": ["in", ["Open", "Resolved"]]}, "subject", "resolve_by"),
	Matter("C4S Service Visit", {"status": "Open"}, "concern", "arrived_on"),
	Matter("C4S Lead", {"status": "Open"}, "lead_name", "next_contact_on"),
	Matter("C4S Deal", {"status": "Ordered"}, "title", "promised_on"),
	Matter("C4S Dispatch Order", {"status": ["in", ["Called", "Dispatched", "On the Way", "On Site"]]}, "title", "called_on"),
	Matter("C4S Insurance Claim", {"status": ["not in", ["Paid Out", "Claim Rejected", "Withdrawn"]]}, "title", "reported_on"),
	Matter("C4S Retention Case", {"status": "Open"}, "title", "next_contact_on"),
	Matter("C4S Care Task", {"status": "Open"}, "why", "due_on"),
	Matter(INTERACTION, {"status": ["in", ["Open", "Answered"]]}, "subject", "due_on"),
)


def find(dealership: str, text: str) -> dict:
	"""What `crm4s.appointments.caller.find` finds, and for each file `matters`, `due` and `contacts`; `store` names the answering store."""
	found = appointments.find(dealership, text)
	names = [row["name"] for row in found["customers"]]
	matters, contacts = matters_of(names), contacts_of(names)
	for row in found["customers"]:
		row["matters"] = matters.get(row["name"], [])
		row["contacts"] = contacts.get(row["name"], [])
		row["due"] = due_of(row["cars"])
	found["store"] = frappe.get_cached_value(DEALERSHIP, dealership, "dealership_name")
	return found


def matters_of(customers: list[str]) -> dict[str, list[dict]]:
	"""What is open for each customer, as {doctype, name, title, moment, is_late}; one query a kind, of the kinds that the reader may read."""
	found: dict[str, list[dict]] = {}
	if not customers:
		return found
	now = now_datetime()
	for matter in MATTERS:
		for row in _open(matter, customers):
			moment = row.get(matter.moment)
			found.setdefault(row.customer, []).append(
				{
					"doctype": matter.doctype, "name": row.name, "title": (row.get(matter.title) or "")[:120], "status": row.status,
					"moment": str(moment) if moment else None, "is_late": _is_over(moment, now),
				}
			)
	return found


def _is_over(moment, now) -> bool:
	"""A day is over when the next one has begun."""
	if not moment:
		return False
	return get_datetime(moment) < now if isinstance(moment, datetime) else getdate(moment) < now.date()


def contacts_of(customers: list[str]) -> dict[str, list]:
	"""The last contacts of each customer, the latest first."""
	found: dict[str, list] = {}
	if not customers or not frappe.has_permission(INTERACTION, "read"):
		return found
	rows = frappe.get_list(
		INTERACTION,
		filters={"customer": ["in", customers]},
		fields=["name", "customer", "subject", "channel", "direction", "category", "status", "received_on"],
		order_by="received_on desc",
		limit=LAST_CONTACTS * len(customers),
	)
	for row in rows:
		if len(found.setdefault(row.customer, [])) < LAST_CONTACTS:
			found[row.customer].append(row)
	return found


def due_of(cars: Iterable) -> list[dict]:
	"""What is due soon, or overdue, for the cars: {vehicle, plate_number, field, on, is_late}."""
	today = getdate()
	return [
		{"vehicle": car["name"], "plate_number": car["plate_number"] or car["vin"], "field": field, "on": str(car[field]), "is_late": getdate(car[field]) < today}
		for car in cars
		for field, days in SOON_DAYS.items()
		if car.get(field) and getdate(car[field]) <= getdate(add_days(today, days))
	]


def _open(matter: Matter, customers: list[str]) -> list:
	if not frappe.has_permission(matter.doctype, "read"):
		return []
	fields = list(dict.fromkeys(["name", "customer", "status", matter.title, matter.moment]))
	return frappe.get_list(
		matter.doctype, filters={"customer": ["in", customers], **matter.open}, fields=fields, order_by=f"{matter.moment} asc", limit=MOST_OF_A_KIND
	)
