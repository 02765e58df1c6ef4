"""What a store, a region or the group is to reach by a KPI in a month or a year. The nearest node's holds: value/scorecard.py."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, store_condition

TARGET = "C4S KPI Target"
YEARS = (2000, 2099)


class C4SKPITarget(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		if not YEARS[0] <= cint(self.year) <= YEARS[1]:
			frappe.throw(_("The year must be one from {0} to {1}.").format(*YEARS))
		if not 0 <= cint(self.month) <= 12:
			frappe.throw(_("The month is 1 to 12, or 0 for the whole year."))
		if flt(self.target) <= 0:
			frappe.throw(_("A target is above 0."))


def on_doctype_update() -> None:
	frappe.db.add_index(TARGET, ["year", "dealership"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(TARGET, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
