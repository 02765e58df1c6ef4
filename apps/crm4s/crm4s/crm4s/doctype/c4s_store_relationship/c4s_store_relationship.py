"""A store and a customer who deal with each other: it makes the customer visible to the store and names who cares for him or her."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import sees_customer
from crm4s.access.stores import has_store_permission, store_condition

DOCTYPE = "C4S Store Relationship"


class C4SStoreRelationship(Document):
	def before_insert(self):
		self.taken_up_by = frappe.session.user

	def validate(self):
		self.validate_store_is_an_outlet()
		self.validate_is_only_one()

	def validate_store_is_an_outlet(self) -> None:
		if frappe.db.get_value("C4S Dealership", self.dealership, "is_group"):
			frappe.throw(_("{0} is a group or region; a relationship belongs to a store.").format(self.dealership))

	def validate_is_only_one(self) -> None:
		existing = frappe.db.exists(
			DOCTYPE, {"customer": self.customer, "dealership": self.dealership, "name": ["!=", self.name or ""]}
		)
		if existing:
			frappe.throw(
				_("Store {0} already has a relationship with customer {1}.").format(self.dealership, self.customer),
				frappe.DuplicateEntryError,
			)


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(DOCTYPE, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if not has_store_permission(doc, user):
		return False
	# A relationship with a customer of another store is taken up by `crm4s.access.lookup` only, after an exact search that is logged.
	return not doc.is_new() or sees_customer(doc.customer, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(DOCTYPE, ["customer", "dealership"], "unique_customer_dealership")
	frappe.db.add_index(DOCTYPE, ["dealership", "customer"], "dealership_customer")
	frappe.db.add_index(DOCTYPE, ["dealership", "modified"], "dealership_modified")
