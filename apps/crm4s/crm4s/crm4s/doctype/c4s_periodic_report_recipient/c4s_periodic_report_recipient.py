"""Who gets a periodic report's workbook: everybody of a role who works for the store, or one person."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SPeriodicReportRecipient(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Periodic Report Recipient", "C4S Periodic Report", user)
