"""A quotation as it was given to the customer: a frozen copy, written by the deal and never changed."""

import frappe
from frappe import _

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.append_only import AppendOnlyDocument


class C4SQuotationVersion(AppendOnlyDocument):
	def validate(self):
		super().validate()
		self.set_title()

	def set_title(self):
		self.title = f"{self.customer_name} · {_('Quotation')} {self.version_number}"


def on_doctype_update():
	frappe.db.add_unique("C4S Quotation Version", ["deal", "version_number"])
	frappe.db.add_index("C4S Quotation Version", ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Quotation Version", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
