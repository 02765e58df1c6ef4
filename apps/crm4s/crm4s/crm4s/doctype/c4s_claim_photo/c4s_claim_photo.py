"""A photo of a damage."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SClaimPhoto(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Claim Photo", "C4S Insurance Claim", user)
