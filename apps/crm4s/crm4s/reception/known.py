"""Who a visitor is, from what the group stores: exact look-ups by index only, a fixed number of queries."""

import frappe

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.access.stores import stores_of

LEAD, VISIT = "C4S Lead", "C4S Showroom Visit"
MOST_FILES = 5


def customers_with_phone(phone: str) -> list[str]:
	"""Customers of the user's stores with this phone (E.164), also one that is not their primary."""
	parents = frappe.get_all(
		"C4S Customer Phone", filters={"phone": phone, "parenttype": CUSTOMER}, pluck="parent", distinct=True, limit=50
	)
	return keep_own(parents)


def owner_of_plate(plate: str) -> list[str]:
	"""The current owner of the car with this plate, if a customer of the user's stores."""
	owners = frappe.get_all(
		"C4S Vehicle", filters={"plate_number": plate, "current_owner": ["is", "set"]}, pluck="current_owner", limit=MOST_FILES
	)
	return keep_own(owners)


def keep_own(customers: list[str]) -> list[str]:
	"""Those with whom one of the user's stores has a relationship."""
	stores = stores_of()
	if stores is None or not customers:
		return customers[:MOST_FILES]
	return frappe.get_all(
		RELATIONSHIP,
		filters={"customer": ["in", customers], "dealership": ["in", stores or [""]]},
		pluck="customer",
		distinct=True,
		limit=MOST_FILES,
	)


def files_of(customers: list[str], dealership: str) -> list[dict]:
	"""Name, masks, cars and the store's consultant of each customer."""
	if not customers:
		return []
	rows = frappe.get_all(
		CUSTOMER,
		filters={"name": ["in", customers], "disabled": 0},
		fields=["name", "customer_name", "sex", "masked_phone", "city"],
	)
	consultants = dict(
		frappe.get_all(
			RELATIONSHIP,
			filters={"customer": ["in", customers], "dealership": dealership},
			fields=["customer", "sales_consultant"],
			as_list=True,
		)
	)
	cars = _cars_of(customers)
	return [{**row, "sales_consultant": consultants.get(row.name), "cars": cars.get(row.name, [])} for row in rows]


def _cars_of(customers: list[str]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	rows = frappe.get_all(
		"C4S Vehicle",
		filters={"current_owner": ["in", customers]},
		fields=["current_owner", "model", "plate_number"],
		order_by="delivered_on desc",
		limit=20,
	)
	titles = titles_of({row.model for row in rows})
	for row in rows:
		found.setdefault(row.current_owner, []).append(" ".join(filter(None, (titles.get(row.model), row.plate_number))))
	return found


def titles_of(models: set) -> dict[str, str]:
	"""The models' titles by their codes."""
	wanted = [model for model in models if model]
	if not wanted:
		return {}
	return dict(
		frappe.get_all("C4S Vehicle Model", filters={"name": ["in", wanted]}, fields=["name", "model_title"], as_list=True)
	)


def open_leads(dealership: str, phone: str | None, customers: list[str]) -> list[dict]:
	"""Open leads of the phone or the customers in this store, the latest first."""
	fields = ["name", "lead_name", "grade", "sales_consultant", "interested_model", "next_contact_on", "received_on", "customer"]
	found = {}
	for field, value in (("phone", phone), ("customer", ["in", customers] if customers else None)):
		if value:
			filters = {field: value, "dealership": dealership, "status": "Open"}
			rows = frappe.get_all(LEAD, filters=filters, fields=fields, order_by="received_on desc", limit=3)
			found.update({row.name: row for row in rows})
	return sorted(found.values(), key=lambda row: row.received_on, reverse=True)


def last_visit(dealership: str, phone: str | None, customers: list[str], before: str | None = None) -> dict | None:
	"""The latest showroom visit of the phone or the customers in this store."""
	fields = ["name", "arrived_on", "sales_consultant", "interested_model", "purpose"]
	rows = []
	for field, value in (("phone", phone), ("customer", ["in", customers] if customers else None)):
		if value:
			filters = {field: value, "dealership": dealership, "name": ["!=", before or ""]}
			rows += frappe.get_all(VISIT, filters=filters, fields=fields, order_by="arrived_on desc", limit=1)
	return max(rows, key=lambda row: row.arrived_on, default=None)


def own_consultant(dealership: str, customer: str | None, lead: str | None, phone: str | None) -> str | None:
	"""Who knows the visitor: the consultant of the lead, else of the relationship with the store, else of the last visit."""
	consultant = lead and frappe.db.get_value(LEAD, lead, "sales_consultant")
	if not consultant and customer:
		consultant = frappe.db.get_value(RELATIONSHIP, {"customer": customer, "dealership": dealership}, "sales_consultant")
	if not consultant and (phone or customer):
		visits = _visits_with_consultant(dealership, phone, customer)
		consultant = visits[0] if visits else None
	return consultant


def _visits_with_consultant(dealership: str, phone: str | None, customer: str | None) -> list[str]:
	who = {"phone": phone} if phone else {"customer": customer}
	return frappe.get_all(
		VISIT,
		filters={**who, "dealership": dealership, "sales_consultant": ["is", "set"]},
		pluck="sales_consultant",
		order_by="arrived_on desc",
		limit=1,
	)
