"""An earlier defeat of a lead that was revived; written when the lead opens again."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SLeadDefeat(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Defeat", "C4S Lead", user)
