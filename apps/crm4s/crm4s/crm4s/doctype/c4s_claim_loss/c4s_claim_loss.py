"""A part or labour of a damage: asked of the insurer, and granted by it."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SClaimLoss(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Claim Loss", "C4S Insurance Claim", user)
