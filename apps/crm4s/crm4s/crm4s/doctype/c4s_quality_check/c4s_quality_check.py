"""What a check of finished work found; written once, by `check` in workshop/actions.py."""

import frappe
from frappe import _

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.append_only import AppendOnlyDocument
from crm4s.masked_twins import plate_in_title


class C4SQualityCheck(AppendOnlyDocument):
	def validate(self):
		super().validate()
		if not self.flags.by_action:
			frappe.throw(_("Checks are entered with the button Check of a job or a visit."), frappe.PermissionError)
		self.dealership, plate = frappe.db.get_value("C4S Service Visit", self.service_visit, ["dealership", "plate_number"])
		self.title = " · ".join(part for part in (plate_in_title(plate), _(self.check_kind), _(self.result)) if part)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Quality Check", ["dealership", "checked_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Quality Check", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
