"""For whom somebody looks and acts on the customers' pages: the family's cars, an organisation's fleet, a car that is driven for somebody."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import related_condition, require_customer, sees_customer
from crm4s.portal.viewer import ACCESS, ACCOUNT, DRIVER, FLEET

PRIVATE = "Private"


class C4SPortalAccess(Document):
	def validate(self):
		self.validate_person()
		self.validate_role()
		self.validate_vehicle()
		self.validate_once()
		self.set_title()

	def before_insert(self):
		self.granted_by = self.granted_by or frappe.utils.get_fullname(frappe.session.user)

	def validate_person(self) -> None:
		person = frappe.db.get_value(ACCOUNT, self.account, "customer")
		# An owner lets the family in; a colleague only people whom the store knows.
		if not self.flags.by_portal:
			require_customer(self.customer)
			require_customer(person)
		if person == self.customer:
			frappe.throw(_("Everybody sees the own cars already; choose another customer in Customer."))

	def validate_role(self) -> None:
		if self.access_role == FLEET and frappe.db.get_value("C4S Customer", self.customer, "customer_kind") == PRIVATE:
			frappe.throw(_("A fleet is managed for an organisation; choose Family Member for a private person."))

	def validate_vehicle(self) -> None:
		if self.access_role != DRIVER:
			self.vehicle = None
		elif not self.vehicle:
			frappe.throw(_("Choose in Vehicle which car is driven."), frappe.MandatoryError)
		elif not frappe.db.exists("C4S Vehicle Party", {"parent": self.vehicle, "parenttype": "C4S Vehicle", "customer": self.customer}):
			frappe.throw(_("This car is not the customer's; choose one of the customer's cars in Vehicle."))

	def validate_once(self) -> None:
		same = {"account": self.account, "customer": self.customer, "access_role": self.access_role, "vehicle": self.vehicle or ["is", "not set"], "name": ["!=", self.name or ""]}
		if frappe.db.exists(ACCESS, same):
			frappe.throw(_("This is granted already; change the day in Valid Until there."))

	def set_title(self) -> None:
		person, customer = (frappe.db.get_value("C4S Customer", name, "customer_name") for name in (frappe.db.get_value(ACCOUNT, self.account, "customer"), self.customer))
		self.title = f"{person} → {customer}"[:140]


def get_permission_query_conditions(user: str | None = None) -> str:
	return related_condition(f"`tab{ACCESS}`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return not doc.customer or sees_customer(doc.customer, user)
