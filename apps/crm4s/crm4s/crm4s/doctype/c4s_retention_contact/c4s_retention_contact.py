from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SRetentionContact(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Retention Contact", "C4S Retention Case", user)
