"""Which of the stores that know a customer is his or her own."""

from collections.abc import Iterable

import frappe
from frappe.query_builder.functions import Max

from crm4s.access.customers import RELATIONSHIP


def store_of(customer: str) -> str | None:
	"""The customer's own store; None where no store knows the customer."""
	return store_of_each([customer]).get(customer)


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
