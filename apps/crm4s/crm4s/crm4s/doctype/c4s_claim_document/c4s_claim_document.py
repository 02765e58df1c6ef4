"""A document that the insurer wants before it pays."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SClaimDocument(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Claim Document", "C4S Insurance Claim", user)
