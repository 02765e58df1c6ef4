"""Money that was received for a deal, or paid back."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDealPayment(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Deal Payment", "C4S Deal", user)
