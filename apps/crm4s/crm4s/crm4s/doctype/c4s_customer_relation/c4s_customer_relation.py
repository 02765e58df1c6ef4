"""A customer who is family, friend or employer of another."""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SCustomerRelation(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Customer Relation", "C4S Customer", user)
