"""What an export for the group did. Written by crm4s.group_data only; who may create one may begin an export.

It counts the rows of all stores together, so only who sees all stores reads it.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.chosen_stores import sees_all


class C4SGroupDataRun(Document):
	def before_insert(self):
		if not self.flags.by_job:
			frappe.throw(_("Begin an export from the settings of group data."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return "" if sees_all(user=user) else "1 = 0"


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return sees_all(user=user)
