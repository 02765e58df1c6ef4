"""Writes the demo's policies and claims as sets, and the courtesy cars of appointments to come as documents, which take the cars over."""

import frappe
import pandas as pd
from frappe.utils import now_datetime

from crm4s.demo.insurance import Insurance
from crm4s.demo.rows import CUSTOMER, VEHICLE, VISIT, _insert, _insert_table, _linked, _names, _plain
from crm4s.insurance.stages import next_due
from crm4s.intake.names import Series
from crm4s.intake.writer import Writes
from crm4s.rentals.courtesy import planned_for

POLICY, CLAIM, RENTAL, APPOINTMENT = "C4S Insurance Policy", "C4S Insurance Claim", "C4S Car Rental", "C4S Service Appointment"


def write_insurance(insurance: Insurance) -> None:
	cars, customers = _names(VEHICLE), _names(CUSTOMER)
	writes = Writes()
	policies = _written(writes, POLICY, insurance.policies, {"vehicle": cars, "customer": customers}, ("renewal_of", "renewed_by"))
	_insert_table(writes, POLICY, "coverages", "C4S Policy Coverage", insurance.coverages, policies)
	people = dict(frappe.get_all(CUSTOMER, {"name": ["in", list(customers.values())]}, ["name", "customer_name"], as_list=True, limit_page_length=0))
	claims = insurance.claims.assign(
		due_on=[next_due(frappe._dict({field: _plain(value) for field, value in row.items()})) for row in insurance.claims.to_dict("records")],
		contact_name=insurance.claims["customer"].map(customers).map(people),
		document_template=frappe.db.get_value("C4S Checklist Template", {"checklist_kind": "Claim Documents"}),
	)
	links = {"vehicle": cars, "customer": customers, "policy": policies, "service_visit": _names(VISIT)}
	named = _written(writes, CLAIM, claims, links)
	_insert_table(writes, CLAIM, "losses", "C4S Claim Loss", insurance.losses, named)
	_insert_table(writes, CLAIM, "documents", "C4S Claim Document", insurance.documents, named)
	writes.flush()
	_lend_cars()


def _written(writes: Writes, doctype: str, frame: pd.DataFrame, links: dict, own: tuple[str, ...] = ()) -> dict[str, str]:
	"""Names by key; `own` are columns that name rows of the same frame."""
	names = dict(zip(frame["key"], Series(doctype).reserve(frame.to_dict("records")), strict=True))
	rows = _linked(frame, {**links, **dict.fromkeys(own, names)})
	_insert(writes, doctype, rows.drop(columns="key").assign(name=frame["key"].map(names)))
	return names


def _lend_cars() -> None:
	"""The courtesy cars that appointments of the coming days keep."""
	kept = {"status": "Booked", "courtesy_car": ["is", "set"], "courtesy_from": [">", now_datetime()]}
	for name in frappe.get_all(APPOINTMENT, kept, pluck="name", order_by="courtesy_from"):
		if not frappe.db.exists(RENTAL, {"appointment": name}):
			values = {**planned_for(appointment=name), "advisor": frappe.db.get_value(APPOINTMENT, name, "service_advisor")}
			frappe.get_doc({"doctype": RENTAL, **values}).insert(ignore_permissions=True)
