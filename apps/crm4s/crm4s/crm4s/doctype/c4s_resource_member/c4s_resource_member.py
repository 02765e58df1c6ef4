"""Somebody who belongs to a team, and may do what the team does."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SResourceMember(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Resource Member", "C4S Resource", user)
