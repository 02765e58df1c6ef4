"""A brand, series or model whose leads a rule gives out."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SLeadAssignmentModel(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Assignment Model", "C4S Lead Assignment Rule", user)
