"""One document of each kind that a page of the portal names, all of one customer."""

import frappe

from crm4s.tests.end_to_end import one_of_each


def make_one_of_each() -> dict[str, str]:
	"""Names by document type; what the desk's tests make of each, and what only the portal shows. Not committed."""
	return one_of_each.make_one_of_each("PORTAL-EACH")
