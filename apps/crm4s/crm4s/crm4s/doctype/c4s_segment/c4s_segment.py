"""A group of customers, by conditions or by choice; its members stand in C4S Segment Member."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import stores_of
from crm4s.segments import finding, members, reach

MEANING = ("about", "fieldname", "operator", "value", "within", "within_unit", "group_number")


class C4SSegment(Document):
	def before_insert(self):
		if stores_of() is not None and not self.flags.ignore_permissions:
			take_own_store(self)
			self.validate_has_store()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.keep_facts()
		if self.kind == finding.LIST:
			self.filters = []
		finding.validate(self)

	def on_update(self):
		self.refresh_when_changed()

	def on_trash(self):
		frappe.db.delete(members.MEMBER, {"segment": self.name})

	def validate_has_store(self):
		if not self.dealership:
			frappe.throw(_("Say for which store or region the segment is."), frappe.MandatoryError)

	def keep_facts(self):
		"""The refresh writes them; what a form held meanwhile must not take them back."""
		before = self.get_doc_before_save()
		for field in ("size", "refreshed_on"):
			self.set(field, before.get(field) if before else None)
		if before and self.meaning() != before.meaning():
			self.refreshed_on = None

	def refresh_when_changed(self):
		before = self.get_doc_before_save()
		if self.enabled and (not before or self.meaning() != before.meaning() or not before.enabled):
			frappe.enqueue(
				"crm4s.segments.members.refresh", queue="long", timeout=3600, enqueue_after_commit=True, job_name="crm4s_segment", segment=self.name
			)

	def meaning(self) -> tuple:
		"""What decides who is in it."""
		return self.kind, self.dealership or "", [[str(row.get(field) or "") for field in MEANING] for row in self.filters]


def get_permission_query_conditions(user: str | None = None) -> str:
	return reach.seen_condition("C4S Segment", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return reach.has_permission(doc, ptype, user)
