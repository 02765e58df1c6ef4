"""An item of the maintenance plan that was done to a car"""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SMaintenanceDone(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Maintenance Done", "C4S Vehicle", user)
