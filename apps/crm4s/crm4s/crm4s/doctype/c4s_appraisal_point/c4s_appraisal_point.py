"""One point of the appraiser's walk round the car, as it was when the appraisal was begun."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SAppraisalPoint(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Appraisal Point", "C4S Used Car Appraisal", user)
