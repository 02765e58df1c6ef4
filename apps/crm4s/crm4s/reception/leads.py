"""From a showroom visit to the lead that it is about: the one place where reception finds and opens leads."""

import frappe
from frappe import _

from crm4s.settings import setting

LEAD = "C4S Lead"


def open_lead_of(phone: str, dealership: str) -> str | None:
	"""Name of the latest open lead of this phone (E.164) in this store."""
	rows = frappe.get_all(
		LEAD,
		filters={"phone": phone, "dealership": dealership, "status": "Open"},
		pluck="name",
		order_by="received_on desc",
		limit=1,
	)
	return rows[0] if rows else None


def open_lead_for(visit) -> str:
	"""Name of a lead for the visit: the one that is open for its phone, else one that is opened now with what the visitor said.

	The caller holds the visit's row, so that two clicks open one lead. Who may open leads is asked here.
	"""
	existing = visit.phone and open_lead_of(visit.phone, visit.dealership)
	if existing:
		return existing
	if not visit.visitor_name:
		frappe.throw(_("Enter the visitor's name first; a lead needs one."))
	lead = frappe.get_doc(
		{
			"doctype": LEAD,
			"lead_name": visit.visitor_name,
			"phone": visit.phone,
			"customer": visit.customer,
			"dealership": visit.dealership,
			"source": setting("walk_in_source"),
			"received_on": visit.arrived_on,
			"interested_model": visit.interested_model,
			"sales_consultant": visit.sales_consultant,
		}
	)
	return lead.insert().name
