"""An option that a car has"""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SVehicleFittedOption(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Vehicle Fitted Option", "C4S Vehicle", user)
