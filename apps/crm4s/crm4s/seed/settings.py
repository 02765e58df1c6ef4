"""What C4S Settings point at from the start: documents of our standards, which are not there yet when Frappe fills in plain defaults."""

import json
from pathlib import Path

import frappe

from crm4s.settings import SETTINGS

FIRST_VALUES = Path(__file__).parent / "settings.json"


def point_settings_at_standards(fresh: bool = False) -> None:
	"""Fill in links of C4S Settings that nobody has decided on; a link that an admin emptied stays empty.

	Args:
		fresh: whether the app is being installed, so that an empty link is nobody's decision.
	"""
	row = frappe.qb.DocType("Singles")
	# Frappe writes a row for every field as soon as somebody saves the settings.
	decided = frappe.qb.from_(row).select(row.field).where(row.doctype == SETTINGS).run(pluck=True)
	for fieldname, target in json.loads(FIRST_VALUES.read_text()).items():
		link = frappe.get_meta(SETTINGS).get_field(fieldname)
		if (fresh or fieldname not in decided) and frappe.db.exists(link.options, target):
			frappe.db.set_single_value(SETTINGS, fieldname, target)
