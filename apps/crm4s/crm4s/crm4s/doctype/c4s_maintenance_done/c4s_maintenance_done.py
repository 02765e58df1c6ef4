"""An item of the maintenance plan that was done to a car"""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SMaintenanceDone(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Maintenance Done", "C4S Vehicle", user)
