"""A training of one person: planned, passed or not, and the skill that it taught."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.scorecard.skills import teach
from crm4s.scorecard.who import has_person_permission, person_condition

TRAINING = "C4S Training Record"
PLANNED, PASSED = "Planned", "Passed"


class C4STrainingRecord(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		if self.result != PLANNED and getdate(self.trained_on) > getdate():
			frappe.throw(_("A training of a day to come is planned: nobody has passed it yet."))

	def on_update(self):
		if self.result == PASSED and self.skill:
			teach(self.person, self.dealership, self.skill, int(self.level or 1))


def on_doctype_update() -> None:
	frappe.db.add_index(TRAINING, ["dealership", "modified"])
	frappe.db.add_index(TRAINING, ["dealership", "trained_on"])
	frappe.db.add_index(TRAINING, ["person", "trained_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return person_condition(TRAINING, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_person_permission(doc, ptype, user)
