"""Who is on the phone: customers, their cars and what is due, what is booked and what was done; by index only, a fixed number of queries."""

import frappe
from frappe.utils import add_days, cint, getdate, now_datetime, nowdate

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.access.vehicles import VEHICLE
from crm4s.exceptions import TooManyLookupsError
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import without_wildcards
from crm4s.identifiers.vin import normalise_vin
from crm4s.reception.known import customers_with_phone, titles_of
from crm4s.reception.lookup import find_in_group_once, understand

APPOINTMENT, VISIT, PARTY, COMPLAINT = "C4S Service Appointment", "C4S Service Visit", "C4S Vehicle Party", "C4S Complaint"
MOST_CUSTOMERS, MOST_CARS, MOST_VISITS = 5, 20, 15
SHORTEST_NAME = 2
# A car that is due so soon may as well be done now.
DUE_WITHIN_DAYS = 30
CAR = (
	*("name", "plate_number", "vin", "model", "model_description", "odometer", "odometer_read_on"),
	*("next_service_on", "next_service_km", "next_service_reason", "insurance_until", "inspection_due_on"),
)


def find(dealership: str, text: str) -> dict:
	"""What is known of a phone, plate, VIN or the beginning of a name, as far as the user's stores know it.

	Returns:
		kind: phone, plate, vin or name; phone: the number, where it is one; problem: what is wrong with a number, else None.
		customers: files with masked phone, the store's advisor, cars (due or not), appointments ahead and last visits.
		chosen: the car that was asked for by plate or VIN.
		group: masked customers of other stores with this phone, only where the own store knows nobody.
	"""
	kind, value, problem = _understand(" ".join(text.split()))
	customers, cars = _customers_and_cars(kind, value)
	files = _files(customers, cars, dealership)
	return {
		"kind": kind,
		"phone": value if kind == "phone" else None,
		"shown": mask_phone(value) if kind == "phone" else value,
		"problem": problem,
		"customers": files,
		"chosen": cars[0] if cars else None,
		"group": _in_group(value) if kind == "phone" and not files else [],
	}


def _understand(text: str) -> tuple[str, str, str | None]:
	"""What the text is; whatever is neither number nor plate nor VIN is a name."""
	try:
		return "vin", normalise_vin(text), None
	except Problem:
		pass
	kind, value, problem = understand(text)
	if kind:
		return kind, value, None
	return "name", text, problem if any(letter.isdigit() for letter in text) else None


def _customers_and_cars(kind: str, value: str) -> tuple[list[str], list[str]]:
	"""Names of the customers whom the user sees, and of the cars asked for by their own number."""
	if kind == "phone":
		return customers_with_phone(value), []
	if kind == "name":
		name = without_wildcards(value)
		if len(name) < SHORTEST_NAME:
			return [], []
		filters = {"customer_name": ["like", f"{name}%"], "disabled": 0}
		return frappe.get_list(CUSTOMER, filters=filters, pluck="name", order_by="customer_name", limit=MOST_CUSTOMERS), []
	field = "vin" if kind == "vin" else "plate_number"
	cars = frappe.get_list(VEHICLE, filters={field: value}, pluck="name", order_by=f"{field} asc", limit=MOST_CUSTOMERS)
	parties = _parties("parent", cars)
	# The owner first: whoever pays may be a leasing company.
	parties.sort(key=lambda row: row.party_role != "Owner")
	return list(dict.fromkeys(row.customer for row in parties))[:MOST_CUSTOMERS], cars


def _parties(column: str, values: list[str]) -> list:
	"""Who owns, drives or pays for which car today."""
	party = frappe.qb.DocType(PARTY)
	query = frappe.qb.from_(party).select(party.customer, party.parent, party.party_role).where(party.parenttype == VEHICLE)
	query = query.where(party[column].isin(values or [""]) & (party.valid_to.isnull() | (party.valid_to >= nowdate())))
	return query.orderby(party.creation, order=frappe.qb.desc).limit(MOST_CARS * MOST_CUSTOMERS).run(as_dict=True)


def _files(customers: list[str], cars: list[str], dealership: str) -> list[dict]:
	if not customers:
		# Asked for nobody, the database would look through all that the store knows.
		return []
	# The list keeps those whom the user sees.
	rows = frappe.get_list(
		CUSTOMER,
		filters={"name": ["in", customers], "disabled": 0},
		fields=["name", "customer_name", "masked_phone", "city", "language"],
		order_by="name",
	)
	names = [row.name for row in rows]
	if not names:
		return []
	owned = _cars(names, cars)
	advisors = _advisors(names, dealership)
	ahead, visits, complaints = _appointments(names), _visits(names), _open_complaints(names)
	for row in rows:
		row.advisor, row.advisor_name = advisors.get(row.name, (None, None))
		row.cars = owned.get(row.name, [])
		row.appointments = [found for found in ahead if found.customer == row.name]
		row.visits = [found for found in visits if found.customer == row.name][:3]
		row.open_complaints = complaints.get(row.name, 0)
	return sorted(rows, key=lambda row: customers.index(row.name))


def _cars(customers: list[str], first: list[str]) -> dict[str, list]:
	"""Cars that each customer owns, drives or pays for now; those asked for come first, then those that are due."""
	parties = _parties("customer", customers)
	names = {row.parent for row in parties}
	rows = {row.name: row for row in frappe.get_list(VEHICLE, filters={"name": ["in", names or [""]]}, fields=list(CAR), limit=len(names) or 1)}
	titles = titles_of({row.model for row in rows.values()})
	soon = add_days(getdate(), DUE_WITHIN_DAYS)
	for row in rows.values():
		row.model_title = titles.get(row.model) or row.model_description
		row.is_due = bool(row.next_service_on and row.next_service_on <= soon)
	found: dict[str, list] = {}
	for party in parties:
		own = found.setdefault(party.customer, [])
		if party.parent in rows and rows[party.parent] not in own:
			own.append(rows[party.parent])
	for own in found.values():
		own.sort(key=lambda car: (car.name not in first, not car.is_due, str(car.next_service_on or "9999")))
	return found


def _advisors(customers: list[str], dealership: str) -> dict[str, tuple]:
	filters = {"customer": ["in", customers], "dealership": dealership, "service_advisor": ["is", "set"]}
	rows = frappe.get_all(RELATIONSHIP, filters, ["customer", "service_advisor"])
	return {row.customer: (row.service_advisor, frappe.utils.get_fullname(row.service_advisor)) for row in rows}


def _appointments(customers: list[str]) -> list:
	return frappe.get_list(
		APPOINTMENT,
		filters={"customer": ["in", customers], "status": "Booked", "planned_from": [">=", getdate(now_datetime())]},
		fields=["name", "customer", "vehicle", "plate_number", "planned_from", "planned_to", "dealership", "parts_missing"],
		order_by="planned_from",
		limit=MOST_CARS,
	)


def _visits(customers: list[str]) -> list:
	if not frappe.has_permission(VISIT, "read"):
		return []
	return frappe.get_list(
		VISIT,
		filters={"customer": ["in", customers]},
		fields=["name", "customer", "vehicle", "plate_number", "arrived_on", "status", "concern", "odometer", "next_service_advice"],
		order_by="arrived_on desc",
		limit=MOST_VISITS,
	)


def _open_complaints(customers: list[str]) -> dict[str, int]:
	if not frappe.has_permission(COMPLAINT, "read"):
		return {}
	rows = frappe.get_list(COMPLAINT, filters={"customer": ["in", customers], "status": "Open"}, fields=["customer"], limit=MOST_CARS)
	found: dict[str, int] = {}
	for row in rows:
		found[row.customer] = cint(found.get(row.customer)) + 1
	return found


def _in_group(phone: str) -> list[dict]:
	"""Masked customers of other stores with this phone; nobody where the user may not ask or has asked too often."""
	if not frappe.has_permission(RELATIONSHIP, "create"):
		return []
	try:
		return [row for row in find_in_group_once(phone) if not row["is_own"]]
	except TooManyLookupsError:
		frappe.clear_last_message()
		return []
