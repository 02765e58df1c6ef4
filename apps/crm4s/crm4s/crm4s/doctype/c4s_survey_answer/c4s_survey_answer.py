"""One answer; the response checks it against its question."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SSurveyAnswer(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Survey Answer", "C4S Survey Response", user)
