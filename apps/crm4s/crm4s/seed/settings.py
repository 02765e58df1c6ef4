"""What C4S Settings point at from the start: documents of our standards, which are not there yet when Frappe fills in plain defaults."""

import json
from pathlib import Path

import frappe
from frappe.utils import cast

from crm4s.settings import SETTINGS

FIRST_VALUES = Path(__file__).parent / "settings.json"


def point_settings_at_standards(fresh: bool = False) -> None:
	"""Fill in links of C4S Settings that nobody has decided on; a link that an admin emptied stays empty.

	Args:
		fresh: whether the app is being installed, so that an empty link is nobody's decision.
	"""
	decided = _decided()
	for fieldname, target in json.loads(FIRST_VALUES.read_text()).items():
		link = frappe.get_meta(SETTINGS).get_field(fieldname)
		if (fresh or fieldname not in decided) and frappe.db.exists(link.options, target):
			frappe.db.set_single_value(SETTINGS, fieldname, target)


def store_defaults() -> None:
	"""Give settings that a new version brings their defaults: whoever saved the settings next would make noughts of them."""
	decided = _decided()
	for field in frappe.get_meta(SETTINGS).fields:
		if field.default and field.fieldname not in decided:
			frappe.db.set_single_value(SETTINGS, field.fieldname, cast(field.fieldtype, field.default))


def _decided() -> set[str]:
	"""The settings that have a row: Frappe writes one for every field as soon as somebody saves them."""
	row = frappe.qb.DocType("Singles")
	return set(frappe.qb.from_(row).select(row.field).where(row.doctype == SETTINGS).run(pluck=True))
