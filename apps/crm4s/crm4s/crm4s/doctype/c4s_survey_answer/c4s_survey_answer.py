"""One answer; the response checks it against its question."""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SSurveyAnswer(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Survey Answer", "C4S Survey Response", user)
