"""What benchmarks/portal.py asks for inside Frappe: links by which customers with cars sign in."""

from urllib.parse import urlsplit

import frappe

from crm4s.portal import links as portal_links


def links(people: int) -> list[str]:
	"""Paths that let so many different customers of the demo in, each the owner of a car."""
	party = frappe.qb.DocType("C4S Vehicle Party")
	owners = (
		frappe.qb.from_(party)
		.select(party.customer)
		.distinct()
		.where((party.party_role == "Owner") & party.valid_to.isnull() & party.customer.isnotnull())
		.orderby(party.customer)
		.limit(people)
		.run(pluck=True)
	)
	found = [urlsplit(portal_links.make(owner)).path for owner in owners]
	frappe.db.commit()
	return found
