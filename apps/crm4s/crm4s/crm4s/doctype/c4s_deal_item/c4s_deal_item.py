"""A factory option of the car sold, or something that the dealership fits to it; the deal works out the amount."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDealItem(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Deal Item", "C4S Deal", user)
