"""One job, part or charge of a service visit; the visit works out the amounts."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SServiceItem(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Service Item", "C4S Service Visit", user)
