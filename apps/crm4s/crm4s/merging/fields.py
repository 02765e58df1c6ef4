"""What stands in two files beside each other, and which of it the remaining file takes."""

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields

from crm4s.access.customers import CUSTOMER
from crm4s.privacy import inventory

# Columns that say one thing together: the first of them stands for all.
TOGETHER = {
	"identity_number": ("identity_number", "identity_document_type", "masked_identity_number", "sealed_identity_number", "identity_key"),
	"birthday": (
		*("birthday", "birthday_calendar", "lunar_birthday_text"),
		*("lunar_birth_year", "lunar_birth_month", "lunar_birth_day", "lunar_birth_leap"),
	),
}
IN_OTHERS = frozenset(column for columns in TOGETHER.values() for column in columns)
# Whether a file is in use, and by what another system knows it, is decided by the merge.
NOT_CHOSEN = frozenset(("disabled", "external_key"))


def choices() -> dict[str, tuple[str, ...]]:
	"""What may be chosen from either file: its field → the columns that go with it. Fields of an admin are among them."""
	found: dict[str, tuple[str, ...]] = {}
	for field in frappe.get_meta(CUSTOMER).fields:
		if field.fieldname in TOGETHER:
			found[field.fieldname] = TOGETHER[field.fieldname]
		elif _is_chosen(field):
			found[field.fieldname] = (field.fieldname,)
	return found


def _is_chosen(field) -> bool:
	if field.fieldtype in (*no_value_fields, *table_fields) or field.read_only or field.get("is_virtual"):
		return False
	return field.fieldname not in IN_OTHERS and field.fieldname not in NOT_CHOSEN


def taken(remaining: Mapping, closing: Mapping, chosen: Collection[str]) -> dict[str, Any]:
	"""The columns that the remaining file takes from the other: what was chosen, and what it does not have itself.

	Args:
		chosen: fields for which somebody chose the value of the closed file.
	"""
	values: dict[str, Any] = {}
	for field, columns in choices().items():
		if is_said(closing, field) and (field in chosen or not is_said(remaining, field)):
			values.update({column: closing.get(column) for column in columns})
	if closing.get("external_key") and not remaining.get("external_key"):
		values["external_key"] = closing["external_key"]
	return values


def is_said(row: Mapping, field: str) -> bool:
	if field == "birthday":
		return bool(row.get("birthday") or row.get("lunar_birth_month"))
	return bool(row.get(field))


def emptied() -> list[str]:
	"""Columns by which nobody is to find the closed file any more: the remaining one is found instead."""
	own = [name for field in inventory.of(CUSTOMER) for name in (field.fieldname, field.masked) if name]
	return sorted({*own, *IN_OTHERS} - {"birthday_calendar"})


def writable(user_permissions) -> set[str]:
	"""Fields that the reader may write, by their permission levels."""
	levels = set(user_permissions)
	return {field for field in choices() if frappe.get_meta(CUSTOMER).get_field(field).permlevel in levels}


def side_by_side(remaining, closing) -> list[dict]:
	"""The fields in which at least one of two documents says something, as far as the reader may read and write them: fieldname, label, remaining, closing, differs."""
	meta = frappe.get_meta(CUSTOMER)
	open_fields = writable(meta.get_permlevel_access("read")) & writable(meta.get_permlevel_access("write"))
	rows = []
	for name in (field for field in choices() if field in open_fields):
		first, second = shown(remaining, name), shown(closing, name)
		if first or second:
			rows.append({"fieldname": name, "label": _(meta.get_label(name)), "remaining": first, "closing": second, "differs": first != second})
	return rows


def shown(document, field: str) -> str:
	"""A value as people read it."""
	if not is_said(document, field):
		return ""
	if field == "birthday" and document.lunar_birthday_text:
		return document.lunar_birthday_text
	value, meta_field = document.get(field), frappe.get_meta(CUSTOMER).get_field(field)
	if meta_field.fieldtype in ("Select", "Link"):
		return _(str(value))
	return frappe.utils.cstr(frappe.format_value(value, meta_field)) if meta_field.fieldtype in ("Date", "Check", "Percent") else frappe.utils.cstr(value)
