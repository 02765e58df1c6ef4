"""An option that a car has"""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SVehicleFittedOption(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Vehicle Fitted Option", "C4S Vehicle", user)
