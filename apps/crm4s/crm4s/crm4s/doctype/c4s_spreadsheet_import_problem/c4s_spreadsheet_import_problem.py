"""A row of a spreadsheet that was not taken in, and why."""

from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SSpreadsheetImportProblem(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Spreadsheet Import Problem", "C4S Spreadsheet Import", user)
