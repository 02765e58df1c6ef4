"""An item of the visit that the job does."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SRepairJobItem(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Repair Job Item", "C4S Repair Job", user)
