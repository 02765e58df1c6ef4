"""What a member of the team means to do in a month, and what came of it."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_first_day

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.scorecard.who import has_person_permission, person_condition

PLAN = "C4S Work Plan"


class C4SWorkPlan(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.month = get_first_day(self.month)
		self.validate_one_plan()
		self.count_items()

	def validate_one_plan(self):
		same = {"person": self.person, "month": self.month, "dealership": self.dealership, "name": ["!=", self.name or ""]}
		if found := frappe.db.exists(PLAN, same):
			frappe.throw(_("There is a plan of this person for this month already: {0}.").format(found))

	def count_items(self):
		"""An item is done when all of its quantity is; the percentage counts what is done of each, no item more than whole."""
		if any(flt(item.quantity) <= 0 for item in self.items):
			frappe.throw(_("Say of each item how much of it is planned: 1 or more."))
		shares = [min(flt(item.done) / flt(item.quantity), 1) for item in self.items]
		self.planned_items, self.done_items = len(shares), sum(share >= 1 for share in shares)
		self.done_percent = round(100 * sum(shares) / len(shares), 1) if shares else 0


def on_doctype_update() -> None:
	frappe.db.add_index(PLAN, ["dealership", "modified"])
	frappe.db.add_index(PLAN, ["dealership", "month"])
	frappe.db.add_index(PLAN, ["person", "month"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return person_condition(PLAN, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_person_permission(doc, ptype, user)
