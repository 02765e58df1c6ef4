"""A row of a spreadsheet that was not taken in, and why."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SSpreadsheetImportProblem(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Spreadsheet Import Problem", "C4S Spreadsheet Import", user)
