"""A sheet of a periodic report's workbook."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SPeriodicReportSheet(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Periodic Report Sheet", "C4S Periodic Report", user)
