"""Something of a rescue or a home service that somebody pays for."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDispatchFee(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Dispatch Fee", "C4S Dispatch Order", user)
