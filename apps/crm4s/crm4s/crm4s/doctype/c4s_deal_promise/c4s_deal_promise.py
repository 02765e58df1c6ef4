"""How a promised delivery date was moved."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDealPromise(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Deal Promise", "C4S Deal", user)
