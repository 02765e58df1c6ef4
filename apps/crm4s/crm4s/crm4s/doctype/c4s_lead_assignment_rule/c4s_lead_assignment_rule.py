"""Which leads of a store, or of all stores below a node, are given to whom, and by which method; assignment/ does it."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import has_store_permission, store_condition


class C4SLeadAssignmentRule(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_members_once()
		self.validate_skills()
		self.keep_counts()

	def validate_members_once(self):
		users = [row.user for row in self.members]
		for row in self.members:
			if users.count(row.user) > 1:
				frappe.throw(_("{0} is in the list twice; each consultant has one turn.").format(frappe.bold(frappe.utils.get_fullname(row.user))))

	def validate_skills(self):
		members = {row.user for row in self.members}
		for row in self.skills:
			if row.user not in members:
				frappe.throw(_("Row {0} of the skills names {1}, who is not among the consultants.").format(row.idx, frappe.bold(row.user)))
			if not (row.brand or row.series or row.model):
				frappe.throw(_("Row {0} of the skills needs a brand, a series or a model.").format(row.idx))

	def keep_counts(self):
		"""A form that was open while leads were given must not write back what it holds."""
		before = self.get_doc_before_save()
		if not before:
			return
		self.last_user = frappe.db.get_value(self.doctype, self.name, "last_user", for_update=True)
		rows = frappe.get_all("C4S Lead Assignment Member", {"parent": self.name, "parenttype": self.doctype}, ["user", "leads_given"])
		given = {row.user: row.leads_given for row in rows}
		for row in self.members:
			row.leads_given = given.get(row.user, 0)


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Lead Assignment Rule", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if ptype == "create" and not doc.get("dealership"):
		return True
	return has_store_permission(doc, user)
