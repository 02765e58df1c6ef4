"""How each kind of personal data looks to who need not know it, and versions that hold it so."""

import json
from typing import Any

import frappe

from crm4s.identifiers.masking import mask_address, mask_identity_number, mask_name, mask_phone, mask_plate
from crm4s.privacy import inventory

_MASKS = {
	inventory.PHONE: mask_phone,
	inventory.IDENTITY: mask_identity_number,
	inventory.PLATE: mask_plate,
	inventory.ADDRESS: mask_address,
}


def mask(kind: str, value: Any) -> str:
	"""The value masked as its kind is; of e-mail addresses, accounts and positions the first sign of each word stays."""
	text = str(value or "")
	return _MASKS.get(kind, mask_name)(text) if text else ""


def masked_kinds(doctype: str) -> dict[str, str]:
	"""Field → kind, of the fields of a document type that its history holds masked."""
	return {field.fieldname: field.kind for field in inventory.of(doctype)}


def mask_version(version, _event: str | None = None) -> None:
	"""Whoever reads a document reads its versions, whatever fields are open to him or her: so they hold personal data masked."""
	if not (version.ref_doctype or "").startswith("C4S ") or not version.data:
		return
	data = json.loads(version.data)
	version.data = frappe.as_json(mask_changes(version.ref_doctype, data), indent=None, separators=(",", ":"))


def mask_changes(doctype: str, data: dict) -> dict:
	"""The framework's notes of a change (`changed`, `row_changed`, `added`, `removed`) with personal data masked."""
	if not isinstance(data, dict):
		return data
	meta = frappe.get_meta(doctype)
	kinds = masked_kinds(doctype)
	rows = {table.fieldname: masked_kinds(table.options) for table in meta.get_table_fields()}
	if data.get("changed"):
		data["changed"] = [_change(change, kinds) for change in data["changed"]]
	if data.get("row_changed"):
		data["row_changed"] = [[table, *place, [_change(change, rows.get(table, {})) for change in changes]] for table, *place, changes in data["row_changed"]]
	for key in ("added", "removed"):
		if data.get(key):
			data[key] = [[table, _row(row, rows.get(table, {}))] for table, row in data[key]]
	return data


def _change(change: list, kinds: dict[str, str]) -> list:
	field, *values = change
	return [field, *(mask(kinds[field], value) if value else value for value in values)] if field in kinds else change


def _row(row: Any, kinds: dict[str, str]) -> Any:
	if not isinstance(row, dict):
		return row
	return {field: mask(kinds[field], value) if value and field in kinds else value for field, value in row.items()}
