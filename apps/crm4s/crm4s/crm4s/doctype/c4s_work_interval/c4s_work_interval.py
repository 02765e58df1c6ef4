"""A time in which somebody worked on a job without a pause."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SWorkInterval(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Work Interval", "C4S Repair Job", user)
