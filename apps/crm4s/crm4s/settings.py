"""What the group decided in C4S Settings, for everybody who has to follow it."""

from typing import Any

import frappe

SETTINGS = "C4S Settings"


def setting(fieldname: str, of: str = SETTINGS) -> Any:
	"""The value of one setting; its default while nobody has saved it, also where a new version brought the field.

	Args:
		of: another document of settings.
	"""
	settings = frappe.get_cached_doc(of)
	value = settings.get(fieldname)
	if value is not None:
		return value
	field = settings.meta.get_field(fieldname)
	return None if field.default is None else frappe.utils.cast(field.fieldtype, field.default)
