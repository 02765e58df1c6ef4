"""A gift of a campaign and how many there are. What goes out is written by campaigns/gifts.py."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SCampaignGift(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Campaign Gift", "C4S Campaign", user)
