"""Which store cares for a customer, and who there."""

from collections.abc import Iterable

import frappe

from crm4s.access.customers import RELATIONSHIP

# The customer's own one; other roles take tasks from the store's queue.
OWN_PERSON = {"C4S Service Advisor": "service_advisor", "C4S Sales Consultant": "sales_consultant"}


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
