"""One job, part or charge of a service visit; the visit works out the amounts."""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SServiceItem(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Service Item", "C4S Service Visit", user)
