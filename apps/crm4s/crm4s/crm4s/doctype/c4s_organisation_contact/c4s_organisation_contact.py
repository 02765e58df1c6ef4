"""A person at an organisation."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SOrganisationContact(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Organisation Contact", "C4S Customer", user)
