"""A photo of the car that is appraised."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SAppraisalPhoto(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Appraisal Photo", "C4S Used Car Appraisal", user)
