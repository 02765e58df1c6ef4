"""What a campaign pays to others, planned and invoiced."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCampaignCost(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Campaign Cost", "C4S Campaign", user)
