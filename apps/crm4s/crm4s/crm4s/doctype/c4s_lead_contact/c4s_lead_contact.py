"""One contact with the person behind a lead; the lead checks and counts them."""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SLeadContact(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Contact", "C4S Lead", user)
