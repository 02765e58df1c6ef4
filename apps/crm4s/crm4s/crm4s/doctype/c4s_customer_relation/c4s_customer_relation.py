"""A customer who is family, friend or employer of another."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCustomerRelation(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Customer Relation", "C4S Customer", user)
