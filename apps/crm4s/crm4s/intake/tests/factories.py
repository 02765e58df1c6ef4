"""Frames of records for tests, and the rows that a document left in the database."""

import frappe
import pandas as pd

STORE = "INTAKE-1"
OTHER_STORE = "INTAKE-2"
# Differ for every two documents.
# A number is sealed differently each time.
OWN = ("name", "creation", "modified", "parent", "external_key", "sealed_identity_number")
VIN = "LSVAG2180E2100001"
IDENTITY_CARD = "110101199001011026"


def make_stores() -> None:
	from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership

	for code in (STORE, OTHER_STORE):
		if not frappe.db.exists("C4S Dealership", code):
			make_dealership(code)


def make_model(code: str = "INTAKE-MODEL") -> str:
	if not frappe.db.exists("C4S Brand", "INTAKE-BRAND"):
		frappe.get_doc({"doctype": "C4S Brand", "brand_name": "INTAKE-BRAND"}).insert()
	if not frappe.db.exists("C4S Vehicle Model", code):
		frappe.get_doc(
			{
				"doctype": "C4S Vehicle Model",
				"model_code": code,
				"brand": "INTAKE-BRAND",
				"series": "卡罗拉",
				"model_year": 2024,
				"warranty_months": 36,
				"warranty_km": 100000,
				"maintenance_plan": [{"item": "机油", "first_km": 5000, "first_months": 6, "every_km": 10000, "every_months": 12}],
			}
		).insert()
	return code


def frame(*records: dict) -> pd.DataFrame:
	return pd.DataFrame(list(records))


def stored(doctype: str, name: str) -> dict:
	"""Every column of the document except those that differ for every two documents."""
	row = frappe.db.sql(f"select * from `tab{doctype}` where name = %s", (name,), as_dict=True)[0]
	return {column: value for column, value in row.items() if column not in OWN}


def stored_rows(doctype: str, **filters) -> list[dict]:
	"""The same of all rows with these values, in the order of their idx."""
	names = frappe.get_all(doctype, filters, pluck="name", order_by="idx, creation")
	return [stored(doctype, name) for name in names]


def everything_of(*doctypes: str) -> dict[str, list[tuple]]:
	"""All rows of these doctypes without what says when and by which name they were written, for comparing two states."""
	state = {}
	for doctype in doctypes:
		rows = frappe.db.sql(f"select * from `tab{doctype}`", as_dict=True)
		hidden = {"name", "creation", "modified", "parent", "vehicle", "customer", "source_name", "title"}
		state[doctype] = sorted(repr(sorted((k, str(v)) for k, v in row.items() if k not in hidden)) for row in rows)
	return state
