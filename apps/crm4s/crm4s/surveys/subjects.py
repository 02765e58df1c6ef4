"""Who and what a response rates: read from the visit, deal, lead or complaint that it is about."""

from collections.abc import Mapping

import frappe

# Link of the response → fields taken from there, by the response's own name for them.
SOURCES: Mapping[str, tuple[str, Mapping[str, str]]] = {
	"complaint": ("C4S Complaint", {"customer": "customer", "vehicle": "vehicle", "service_visit": "service_visit"}),
	"service_visit": ("C4S Service Visit", {"customer": "customer", "vehicle": "vehicle", "service_advisor": "service_advisor"}),
	"deal": ("C4S Deal", {"customer": "customer", "vehicle": "vehicle", "sales_consultant": "sales_consultant", "lead": "lead", "model": "model"}),
	"lead": ("C4S Lead", {"customer": "customer", "sales_consultant": "sales_consultant", "interested_model": "model"}),
}
RATED = ("service_advisor", "sales_consultant", "model")


def fill(response) -> None:
	"""Complete customer, car and what follows from the links; the rated people and the model are always read anew."""
	for field in RATED:
		response.set(field, None)
	for link, (doctype, wanted) in SOURCES.items():
		if not response.get(link):
			continue
		found = frappe.db.get_value(doctype, response.get(link), list(wanted), as_dict=True) or {}
		for source, field in wanted.items():
			if not response.get(field):
				response.set(field, found.get(source))
	if not response.model and response.vehicle:
		response.model = frappe.db.get_value("C4S Vehicle", response.vehicle, "model")
