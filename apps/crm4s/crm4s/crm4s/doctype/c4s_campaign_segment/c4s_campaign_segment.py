"""A segment whose members a campaign invites or leaves out."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCampaignSegment(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Campaign Segment", "C4S Campaign", user)
