"""A way by which a campaign reaches customers, in the order of the table."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCampaignChannel(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Campaign Channel", "C4S Campaign", user)
