"""One contact with the person behind a lead; the lead checks and counts them."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SLeadContact(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Lead Contact", "C4S Lead", user)
