"""A car that comes back with the same trouble: a visit of its own, tied to the first, so that both can be counted and explained."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from crm4s.calendars.moments import not_before
from crm4s.service.reception import VISIT, open_visit

TAKEN = ("visit_kind", "customer", "vehicle", "dealership", "service_advisor")


def open_comeback(first: Document, concern: str) -> Document:
	"""A new open visit for the trouble of a settled one. One that is open already is not opened twice."""
	if first.status != "Settled":
		frappe.throw(_("Only a settled visit has a comeback; this one is {0}.").format(_(first.status)))
	if not first.vehicle:
		frappe.throw(_("A sale over the counter has no car that could come back."))
	if not (concern or "").strip():
		frappe.throw(_("Note what the customer says about the trouble."), frappe.MandatoryError)
	waiting = frappe.db.get_value(VISIT, {"comeback_of": first.name, "status": "Open"})
	if waiting:
		frappe.throw(_("Visit {0} is open for this comeback already.").format(frappe.bold(waiting)))
	values = {field: first.get(field) for field in TAKEN}
	comeback = open_visit({**values, "comeback_of": first.name, "concern": concern.strip(), "arrived_on": now_datetime()})
	first.add_comment("Info", _("The car came back: visit {0}").format(comeback.name))
	return comeback


def validate(visit) -> None:
	"""A comeback follows a settled visit of the same car."""
	if not visit.comeback_of or not visit.has_value_changed("comeback_of"):
		return
	first = frappe.db.get_value(VISIT, visit.comeback_of, ["vehicle", "status", "settled_on"], as_dict=True)
	if visit.comeback_of == visit.name or not first or first.vehicle != visit.vehicle or first.status != "Settled":
		frappe.throw(_("A comeback follows a settled visit of the same car."))
	if not_before(get_datetime(visit.arrived_on), settled := get_datetime(first.settled_on)) < settled:
		frappe.throw(_("A comeback follows the settlement of the first visit."))


def comebacks_of(visit) -> list[dict]:
	"""Visits that followed this one because of the same trouble: name, arrived_on, status, concern."""
	return frappe.get_list(
		VISIT, filters={"comeback_of": visit.name}, fields=["name", "arrived_on", "status", "concern"], order_by="arrived_on", limit_page_length=20
	)
