"""What a policy covers, up to which sum, for which premium."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SPolicyCoverage(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Policy Coverage", "C4S Insurance Policy", user)
