"""What a consultant knows best: a brand, a series or one model."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SLeadAssignmentSkill(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Assignment Skill", "C4S Lead Assignment Rule", user)
