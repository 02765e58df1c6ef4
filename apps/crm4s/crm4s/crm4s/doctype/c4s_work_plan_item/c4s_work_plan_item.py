"""One thing that somebody means to do in a month."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SWorkPlanItem(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Work Plan Item", "C4S Work Plan", user)
