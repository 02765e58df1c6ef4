"""A single customer whom a campaign invites."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCampaignCustomer(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Campaign Customer", "C4S Campaign", user)
