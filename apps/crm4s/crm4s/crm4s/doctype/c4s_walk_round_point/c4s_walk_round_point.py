"""One point of the walk round a car, as the template had it when the walk was begun."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SWalkRoundPoint(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Walk-Round Point", "C4S Service Visit", user)
