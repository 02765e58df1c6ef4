"""Plates and addresses get their masked twins, titles and histories hold plates masked, and whoever read a plate reads it on its new level.

Statements over ranges of names; again and again does no harm. Connected systems hear nothing: plates and addresses are the same.
"""

import json

import frappe

from crm4s.masked_twins import TWINS, plate_in_title, twins_of
from crm4s.privacy.masking import mask_changes
from crm4s.rows.ranges import in_slices
from crm4s.rows.writer import write_columns
from crm4s.runs import commit

CLOSED_TO = ("C4S Data Analyst", "C4S Market Researcher", "C4S Auditor")
PLATE = "plate_number"
WITH_PLATE = (
	*("C4S Vehicle", "C4S Service Visit", "C4S Service Appointment", "C4S Repair Job", "C4S Dispatch Order"),
	*("C4S Insurance Claim", "C4S Insurance Policy", "C4S Used Car Appraisal", "C4S Deal"),
)
# Document type → the column that came to hold a plate, and the link by which it did.
TITLED_BY = {
	"C4S Care Task": ("title", "vehicle"),
	"C4S Retention Case": ("title", "vehicle"),
	"C4S Quality Check": ("title", "service_visit"),
	"C4S Reconditioning Job": ("vehicle_title", "vehicle"),
}
SOME = 5000


def execute():
	for doctype in (*WITH_PLATE, "C4S Customer"):
		_open_level(doctype)
		_write_twins(doctype)
	for doctype, (title, link) in TITLED_BY.items():
		_mask_titles(doctype, title, link)
	_mask_history()


def _open_level(doctype: str) -> None:
	"""Sites that changed the rights of a type have rows of their own, which know nothing of the level."""
	custom = frappe.get_all("Custom DocPerm", {"parent": doctype}, ["role", "permlevel", "read", "write"])
	level = frappe.get_meta(doctype).get_field(PLATE).permlevel if doctype in WITH_PLATE else 0
	if not custom or not level or any(row.permlevel == level for row in custom):
		return
	for row in custom:
		if row.permlevel == 0 and row.read and row.role not in CLOSED_TO:
			values = {"doctype": "Custom DocPerm", "parent": doctype, "parenttype": "DocType", "parentfield": "permissions", "role": row.role}
			frappe.get_doc({**values, "permlevel": level, "read": 1, "write": row.write}).insert(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def _write_twins(doctype: str) -> None:
	fields, title = twins_of(doctype), frappe.get_meta(doctype).title_field
	titled = title if PLATE in fields else None
	for rows in _ranges(doctype, ["name", *fields, *([titled] if titled else [])]):
		columns = {TWINS[field][0]: "varchar(140)" for field in fields} | ({titled: "varchar(255)"} if titled else {})
		said = [(row.name, *(_twin(row, field) for field in fields), *([_masked(row[titled], row[PLATE])] if titled else [])) for row in rows if any(row[field] for field in fields)]
		write_columns(doctype, columns, said)
		commit()


def _mask_titles(doctype: str, title: str, link: str) -> None:
	target = frappe.get_meta(doctype).get_field(link).options
	for rows in _ranges(doctype, ["name", title, link]):
		plates = dict(frappe.get_all(target, {"name": ["in", list({row[link] for row in rows if row[link]}) or [""]]}, ["name", PLATE], as_list=True, limit_page_length=0))
		write_columns(doctype, {title: "varchar(255)"}, [(row.name, _masked(row[title], plates[row[link]])) for row in rows if plates.get(row[link])])
		commit()


def _mask_history() -> None:
	"""One reading of all histories, not one for each type."""
	version = frappe.qb.DocType("Version")
	for rows in _ranges("Version", ["name", "ref_doctype", "data"], version.ref_doctype.isin(WITH_PLATE) & version.data.like(f'%"{PLATE}"%')):
		changed = [(row.name, json.dumps(mask_changes(row.ref_doctype, json.loads(row.data)), ensure_ascii=False, separators=(",", ":"))) for row in rows]
		write_columns("Version", {"data": "longtext"}, changed)
		commit()


def _ranges(doctype: str, fields: list[str], which=None):
	"""Rows in the order of their names, so many at a time; of those for which a criterion holds."""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(*(table[field] for field in fields))
	return in_slices(query.where(which) if which else query, table.name, SOME)


def _twin(row, field: str) -> str | None:
	return TWINS[field][1](row[field]) if row[field] else None


def _masked(title: str | None, plate: str | None) -> str | None:
	return title.replace(plate, plate_in_title(plate)) if title and plate else title
