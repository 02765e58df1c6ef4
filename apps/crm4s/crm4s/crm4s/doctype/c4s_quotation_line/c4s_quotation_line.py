"""A line of a quotation as it was given to the customer."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SQuotationLine(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Quotation Line", "C4S Quotation Version", user)
