"""An owner club: what its members get, and who may join."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import stores_of
from crm4s.segments import reach


class C4SOwnerClub(Document):
	def before_insert(self):
		if stores_of() is not None and not self.flags.ignore_permissions:
			take_own_store(self)
			self.validate_has_store()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_model()

	def validate_has_store(self):
		if not self.dealership:
			frappe.throw(_("Say which store or region runs the club."), frappe.MandatoryError)

	def validate_model(self):
		brand = self.model and frappe.db.get_value("C4S Vehicle Model", self.model, "brand")
		if brand and self.brand and self.brand != brand:
			frappe.throw(_("Model {0} is not one of {1}.").format(frappe.bold(self.model), frappe.bold(_(self.brand))))


def get_permission_query_conditions(user: str | None = None) -> str:
	return reach.seen_condition("C4S Owner Club", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return reach.has_permission(doc, ptype, user)
