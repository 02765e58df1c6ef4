"""A word to a customer who waits for the car."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDealCareContact(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Deal Care Contact", "C4S Deal", user)
