"""One point of the PDI or delivery checklist of a deal, as it was when the checklist was begun."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDealCheck(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Deal Check", "C4S Deal", user)
