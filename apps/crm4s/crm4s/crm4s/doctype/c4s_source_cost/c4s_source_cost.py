"""What was paid for leads of a source in a month. The report of what sources bring sets it against their margin."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_first_day

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import has_store_permission, store_condition

COST = "C4S Source Cost"


class C4SSourceCost(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.month = get_first_day(self.month)
		if flt(self.amount) <= 0:
			frappe.throw(_("Enter what was paid; it must be more than zero."))


def on_doctype_update() -> None:
	frappe.db.add_index(COST, ["month", "dealership"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(COST, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
