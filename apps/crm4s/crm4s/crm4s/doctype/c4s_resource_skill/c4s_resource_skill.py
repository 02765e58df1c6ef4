"""A skill that a technician has."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SResourceSkill(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Resource Skill", "C4S Resource", user)
