"""Somebody of a store is away from one moment to another, and gets no leads meanwhile."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.access.stores import has_store_permission, store_condition
from crm4s.leads.who import is_only_consultant


class C4SAbsence(Document):
	def before_insert(self):
		take_own_store(self)
		self.user = self.user or entered_by("C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_own()
		self.validate_times()

	def validate_own(self):
		if self.flags.ignore_permissions or not is_only_consultant():
			return
		before = self.get_doc_before_save()
		if self.user != frappe.session.user or (before and before.user != self.user):
			frappe.throw(_("Consultants enter their own absences only."), frappe.PermissionError)

	def validate_times(self):
		if get_datetime(self.absent_until) <= get_datetime(self.absent_from):
			frappe.throw(_("An absence ends after it begins."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Absence", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if ptype == "create" and not doc.get("dealership"):
		return True
	if ptype == "delete" and is_only_consultant(user) and doc.get("user") != (user or frappe.session.user):
		return False
	return has_store_permission(doc, user)
