"""What a manager says about a KPI of a store in a month, beside the figure."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_first_day

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import has_store_permission, store_condition

NOTE = "C4S KPI Note"


class C4SKPINote(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.month = get_first_day(self.month)


def on_doctype_update() -> None:
	frappe.db.add_index(NOTE, ["dealership", "month"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(NOTE, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	if ptype == "create" and not doc.get("dealership"):
		# It gets the own store before it is saved.
		return True
	return has_store_permission(doc, user)
