from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCareAttempt(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Care Attempt", "C4S Care Task", user)
