"""Another model that the person behind a lead thinks of."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SLeadInterest(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Interest", "C4S Lead", user)
