"""Which store cares for a customer, and who there."""

from collections.abc import Iterable

import frappe
from frappe.query_builder.functions import Max

from crm4s.access.customers import RELATIONSHIP

# The customer's own one; other roles take tasks from the store's queue.
OWN_PERSON = {"C4S Service Advisor": "service_advisor", "C4S Sales Consultant": "sales_consultant"}


def store_of_each(customers: Iterable[str]) -> dict[str, str]:
	"""Customer → store: of several the one with the last settled visit, else the one that took the customer up last."""
	stores: dict[str, list[str]] = {}
	names = sorted(set(customers))
	relation = frappe.qb.DocType(RELATIONSHIP)
	rows = (
		frappe.qb.from_(relation)
		.select(relation.customer, relation.dealership)
		.where(relation.customer.isin(names or [""]))
		.orderby(relation.customer)
		.orderby(relation.since, order=frappe.qb.desc)
		.orderby(relation.dealership)
	).run()
	for customer, store in rows:
		stores.setdefault(customer, []).append(store)
	last = _last_visited([customer for customer, known in stores.items() if len(known) > 1])
	return {customer: last[customer] if last.get(customer) in known else known[0] for customer, known in stores.items()}


def person_of_each(pairs: Iterable[tuple[str, str]], role: str | None) -> dict[tuple[str, str], str]:
	"""(Customer, store) → user of that role who looks after the customer there, if he or she still works."""
	field, wanted = OWN_PERSON.get(role or ""), set(pairs)
	if not field or not wanted:
		return {}
	relation, user = frappe.qb.DocType(RELATIONSHIP), frappe.qb.DocType("User")
	rows = (
		frappe.qb.from_(relation)
		.join(user)
		.on((user.name == relation[field]) & (user.enabled == 1))
		.select(relation.customer, relation.dealership, relation[field])
		.where(relation.customer.isin(sorted({customer for customer, _store in wanted})))
	).run()
	return {(customer, store): person for customer, store, person in rows if (customer, store) in wanted}


def below(node: str | None) -> set[str] | None:
	"""The node and all stores below it; None for the whole group."""
	if not node:
		return None
	bounds = frappe.db.get_value("C4S Dealership", node, ["lft", "rgt"])
	return set(frappe.get_all("C4S Dealership", {"lft": [">=", bounds[0]], "rgt": ["<=", bounds[1]]}, pluck="name"))


def _last_visited(customers: list[str]) -> dict[str, str]:
	if not customers:
		return {}
	visit = frappe.qb.DocType("C4S Service Visit")
	rows = (
		frappe.qb.from_(visit)
		.select(visit.customer, visit.dealership, Max(visit.settled_on).as_("last_on"))
		.where(visit.customer.isin(customers) & (visit.status == "Settled"))
		.groupby(visit.customer, visit.dealership)
	).run()
	return {customer: store for customer, store, _last_on in sorted(rows, key=lambda row: row[2])}
