"""A lead that arrived but could not be taken, with what was sent and why; corrected, it is tried again."""

import json

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, store_condition


class C4SQuarantinedLead(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_facts()

	def validate_facts(self):
		try:
			facts = json.loads(self.facts or "{}")
		except ValueError:
			frappe.throw(_("The facts are no valid JSON; check quotes, commas and brackets."))
		if not isinstance(facts, dict):
			frappe.throw(_("The facts must be one object of names and values."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Quarantined Lead", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
