"""Whose telephone an extension of an exchange is."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SExchangeExtension(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Exchange Extension", "C4S Telephone Exchange", user)
