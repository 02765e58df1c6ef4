"""A consultant to whom a rule gives leads, in this order."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SLeadAssignmentMember(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Assignment Member", "C4S Lead Assignment Rule", user)
