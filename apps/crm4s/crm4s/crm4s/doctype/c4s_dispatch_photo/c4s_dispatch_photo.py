"""A photo that the team took on site."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SDispatchPhoto(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Dispatch Photo", "C4S Dispatch Order", user)
