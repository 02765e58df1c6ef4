"""Uploads and their answers hold what people told a dealer; they are kept as long as each link says."""

import frappe
from frappe.utils import add_days, now_datetime

from crm4s.dms.intake.upload import FAILED, FINISHED, UPLOAD
from crm4s.dms.links import LINK
from crm4s.runs import commit, guarded


def remove_old() -> int:
	"""Every night: uploads that ended longer ago than their link keeps them go, with both files; how many."""
	count = 0
	for link, days in frappe.get_all(LINK, fields=["name", "keep_uploads_days"], as_list=True):
		which = {"link": link, "status": ["in", (FINISHED, FAILED)], "ended_on": ["<", add_days(now_datetime(), -days)]}
		for name in frappe.get_all(UPLOAD, which, pluck="name", limit_page_length=0):
			count += bool(guarded(lambda name=name: _remove(name), f"DMS upload {name}"))
	return count


def _remove(name: str) -> bool:
	"""Each by itself: what is gone from the disk must be gone from the list."""
	frappe.delete_doc(UPLOAD, name, force=True, ignore_permissions=True, delete_permanently=True)
	commit()
	return True
