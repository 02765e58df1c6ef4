"""A finance offer as it was worked out in a quotation."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SQuotationFinance(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Quotation Finance", "C4S Quotation Version", user)
