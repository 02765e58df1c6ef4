"""One value that a customer wishes to have corrected."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDataRequestChange(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Data Request Change", "C4S Data Request", user)
