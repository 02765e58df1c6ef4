"""The export by the clock: every night where the group wants it."""

import frappe
from frappe.utils import cint

from crm4s.group_data import exporting
from crm4s.group_data.places import SETTINGS


def run_nightly() -> None:
	"""Nothing while the export is off. What goes wrong stands in the run and in the error log."""
	if cint(frappe.get_cached_doc(SETTINGS).enabled):
		exporting.run()
