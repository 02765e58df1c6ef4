"""One of the models that an advice compares; the advice judges it."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SPurchaseAdviceModel(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Purchase Advice Model", "C4S Purchase Advice", user)
