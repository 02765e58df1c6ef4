"""A number under which a customer is reached; its rules are checked by the customer."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCustomerPhone(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Customer Phone", "C4S Customer", user)
