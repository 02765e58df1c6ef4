"""How a customer rated one aspect of the car; the test drive checks and averages them."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4STestDriveRating(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Test Drive Rating", "C4S Test Drive", user)
