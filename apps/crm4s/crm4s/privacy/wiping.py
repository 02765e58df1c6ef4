"""The columns of a person's documents, emptied as sets. Again and again does no harm."""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import now

from crm4s.change_feed.noting import ERASED, UPDATED, Changes
from crm4s.change_feed.watching import CUSTOMER, RELATIONSHIP, WATCHED
from crm4s.masked_twins import plate_in_title
from crm4s.privacy.belongings import chunks, files_of
from crm4s.privacy.fields import DOCUMENTS_THAT_GO, TABLES_THAT_GO, UNSEEN, child_tables, wiped_fields
from crm4s.workflows.states import STATE, STATUS

VEHICLE, PARTY, RELATION = "C4S Vehicle", "C4S Vehicle Party", "C4S Customer Relation"
OF_CAMPAIGN = "C4S Campaign Customer"


def wipe(doctype: str, names: Sequence[str], mark: str) -> None:
	"""Empty what says something of the person in these documents and their tables, in the caller's transaction; connected systems hear of it."""
	for some in chunks(names):
		for child in child_tables(doctype):
			_wipe_rows(doctype, child, some, mark)
		if doctype in DOCUMENTS_THAT_GO:
			frappe.db.delete(doctype, {"name": ["in", some]})
		else:
			_update(doctype, "name", some, _values(doctype, mark) | {"modified": now()})
		frappe.db.delete("__Auth", {"doctype": doctype, "name": ["in", some]})
		_tell(doctype, some)


def delete(doctype: str, names: Sequence[str]) -> None:
	"""Take documents away with the rows of their tables, in the caller's transaction."""
	for some in chunks(names):
		for child in child_tables(doctype):
			frappe.db.delete(child, {"parenttype": doctype, "parent": ["in", some]})
		frappe.db.delete(doctype, {"name": ["in", some]})


def close_file(customer: str, moment: str) -> None:
	"""The customer is nobody from now on: closed, gone for connected systems, in no relation to others and on nobody's list."""
	for name in files_of(customer):
		frappe.db.set_value(CUSTOMER, name, {"disabled": 1, "erased_on": moment})
	changes = Changes()
	changes.add(CUSTOMER, customer, ERASED, (), frappe.get_all(RELATIONSHIP, {"customer": customer}, pluck="dealership", order_by=None))
	changes.write()
	frappe.db.delete(RELATION, {"related_customer": customer})
	frappe.db.delete(OF_CAMPAIGN, {"customer": customer})


def release_plates(customer: str) -> int:
	"""Take the plate off cars that nobody else owns, drives or pays for: it was this person's. How many."""
	mine = frappe.get_all(PARTY, {"customer": customer, "parenttype": VEHICLE}, pluck="parent", distinct=True, order_by=None)
	others = {"parent": ["in", mine or [""]], "parenttype": VEHICLE, "customer": ["!=", customer], "valid_to": ["is", "not set"]}
	parties = frappe.get_all(PARTY, others, ["parent", "customer"])
	erased = set(frappe.get_all(CUSTOMER, {"name": ["in", [row.customer for row in parties] or [""]], "erased_on": ["is", "set"]}, pluck="name"))
	alone = sorted(set(mine) - {row.parent for row in parties if row.customer not in erased})
	for car in frappe.get_all(VEHICLE, {"name": ["in", alone or [""]]}, ["name", "vin", "plate_number", "vehicle_title"]):
		title = (car.vehicle_title or "").replace(plate_in_title(car.plate_number) or "\0", car.vin or "")
		frappe.db.set_value(VEHICLE, car.name, {"plate_number": None, "masked_plate_number": None, "registration_certificate_number": None, "vehicle_title": title})
	changes = Changes()
	for name in alone:
		changes.add(VEHICLE, name, UPDATED, ["plate_number"])
	changes.write()
	return len(alone)


def _wipe_rows(doctype: str, child: str, parents: Sequence[str], mark: str) -> None:
	if child in TABLES_THAT_GO or doctype in DOCUMENTS_THAT_GO:
		frappe.db.delete(child, {"parenttype": doctype, "parent": ["in", list(parents)]})
	else:
		_update(child, "parent", parents, _values(child, mark), doctype)


def _values(doctype: str, mark: str) -> dict[str, Any]:
	columns = set(frappe.db.get_table_columns(doctype))
	values = {field.fieldname: mark if field.marked else 0 if field.zero else None for field in wiped_fields(doctype) if field.fieldname in columns}
	return values | dict.fromkeys((column for column in UNSEEN if column in columns), None)


def _update(doctype: str, key: str, names: Sequence[str], values: Mapping[str, Any], parenttype: str | None = None) -> None:
	if not values:
		return
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.update(table).where(table[key].isin(list(names)))
	if parenttype:
		query = query.where(table.parenttype == parenttype)
	for column, value in values.items():
		query = query.set(table[column], value)
	query.run()


def _tell(doctype: str, names: Sequence[str]) -> None:
	"""Connected systems get the documents without the person; that a customer is gone is told when the file is closed."""
	if doctype in WATCHED and doctype != CUSTOMER:
		changes = Changes()
		for name in names:
			changes.add(doctype, name, UPDATED, [STATUS, STATE, *(field.fieldname for field in wiped_fields(doctype))])
		changes.write()
