"""Which stores a campaign is for."""

from crm4s.access.chosen_stores import nodes_below


def stores_of_campaign(dealership: str | None) -> list[str] | None:
	"""The nodes whose customers take part; None for the whole group."""
	return nodes_below(dealership) if dealership else None
