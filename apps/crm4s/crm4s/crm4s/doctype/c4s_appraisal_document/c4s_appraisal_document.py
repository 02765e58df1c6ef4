"""A document or key that comes with a bought car."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SAppraisalDocument(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Appraisal Document", "C4S Used Car Appraisal", user)
