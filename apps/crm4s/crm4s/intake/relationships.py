"""The rows that make a customer one of a store's, for many customers at once."""

from collections.abc import Mapping

import frappe
from frappe.utils import nowdate

from crm4s.access.customers import RELATIONSHIP
from crm4s.rows.writer import Writes, read_texts

COLUMNS = ("sales_consultant", "service_advisor", "since", "reason")


def relate(wanted: Mapping[tuple[str, str], Mapping], customer_names: Mapping[str, str], writes: Writes) -> set[tuple[str, str]]:
	"""Add to `writes` the relationships that do not exist yet; return their pairs of customer and store.

	Args:
		wanted: what is known of each relationship (COLUMNS), by customer and store.
		customer_names: the names of people by customer.
	"""
	existing = read_texts(RELATIONSHIP, "customer", (customer for customer, _store in wanted), ["customer", "dealership"])
	new = set(wanted).difference(map(tuple, existing))
	today = nowdate()
	for customer, store in sorted(new):
		facts = {column: value for column, value in wanted[customer, store].items() if column in COLUMNS and value}
		writes.insert(
			RELATIONSHIP,
			{
				"customer": customer,
				"customer_name": customer_names.get(customer),
				"dealership": store,
				"since": today,
				"taken_up_by": frappe.session.user,
				**facts,
			},
		)
	return new
