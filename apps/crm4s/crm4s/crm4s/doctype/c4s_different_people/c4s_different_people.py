"""Two customers who look alike and are not one; remembered by crm4s.merging.twins, and offered again once it is deleted."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import related_condition, sees_customer

DIFFERENT = "C4S Different People"


class C4SDifferentPeople(Document):
	def validate(self):
		if self.first == self.second:
			frappe.throw(_("Choose two different customers to merge."))
		self.first, self.second = sorted((self.first, self.second))
		self.pair = f"{self.first}|{self.second}"


def get_permission_query_conditions(user: str | None = None) -> str:
	conditions = [related_condition(f"`tab{DIFFERENT}`.`{field}`", user) for field in ("first", "second")]
	return " and ".join(condition for condition in conditions if condition)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return all(not customer or sees_customer(customer, user) for customer in (doc.first, doc.second))
