"""Writes the demo's policies and claims as sets, and the courtesy cars of appointments to come as documents, which take the cars over."""

import frappe
import pandas as pd
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import CLAIM_DOCUMENTS
from crm4s.demo.insurance import Insurance
from crm4s.demo.rows import CUSTOMER, VEHICLE, VISIT, _insert, _insert_table, _linked, _names, _plain
from crm4s.identifiers.masking import mask_phone
from crm4s.insurance.stages import next_due
from crm4s.rentals.courtesy import planned_for
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes, read_rows
from crm4s.value.insurance import claim_amounts

POLICY, CLAIM, RENTAL, APPOINTMENT = "C4S Insurance Policy", "C4S Insurance Claim", "C4S Car Rental", "C4S Service Appointment"


def write_insurance(insurance: Insurance) -> None:
	cars, customers = _names(VEHICLE), _names(CUSTOMER)
	writes = Writes()
	policies = _written(writes, POLICY, insurance.policies, {"vehicle": cars, "customer": customers}, ("renewal_of", "renewed_by"))
	_insert_table(writes, POLICY, "coverages", "C4S Policy Coverage", insurance.coverages, policies)
	claims = _with_what_the_site_knows(insurance, customers, _names(VISIT))
	links = {"vehicle": cars, "customer": customers, "policy": policies, "service_visit": _names(VISIT)}
	named = _written(writes, CLAIM, claims, links)
	_insert_table(writes, CLAIM, "losses", "C4S Claim Loss", insurance.losses, named)
	_insert_table(writes, CLAIM, "documents", "C4S Claim Document", insurance.documents, named)
	writes.flush()
	_lend_cars()


def _with_what_the_site_knows(insurance: Insurance, customers: dict[str, str], visits: dict[str, str]) -> pd.DataFrame:
	"""The claims with the drivers' names and phones, what their visits charge to the insurer, and by when the next step is due."""
	claims = insurance.claims
	people = {row.name: row for row in read_rows(CUSTOMER, "name", customers.values(), ["name", "customer_name", "primary_phone"])}
	charged = {row.name: row.insurance_amount for row in read_rows(VISIT, "name", [visits[key] for key in claims["service_visit"] if _plain(key)], ["name", "insurance_amount"])}
	template = frappe.db.get_value("C4S Checklist Template", {"checklist_kind": CLAIM_DOCUMENTS})
	rows = []
	for row in claims.to_dict("records"):
		found = frappe._dict({field: _plain(value) for field, value in row.items()})
		person = people[customers[found.customer]]
		losses = insurance.losses.loc[insurance.losses["parent"] == found.key]
		repair = charged[visits[found.service_visit]] if found.service_visit else None
		amounts = claim_amounts([(asked, granted, False) for asked, granted in zip(losses["asked_amount"], losses["assessed_amount"], strict=True)], repair, found.paid_amount)
		found.update({"repair_amount": repair or 0, "difference_amount": float(amounts.difference), "self_paid_amount": float(amounts.self_paid)})
		found.update({"contact_name": person.customer_name, "contact_phone": person.primary_phone, "document_template": template, "due_on": next_due(found)})
		found.masked_phone = mask_phone(person.primary_phone) if person.primary_phone else None
		rows.append(dict(found))
	return pd.DataFrame(rows, dtype=object)


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
