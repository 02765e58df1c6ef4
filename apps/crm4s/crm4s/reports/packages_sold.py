"""What service packages brought: how often they were sold, for how much, with which margin."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent
from crm4s.value.money import per_head


def packages_sold(groups: Iterable[Mapping], visits: Mapping | None = None) -> list[dict]:
	"""One row a key, most amount first: key, sold, visits, amount, discount, amount_each, margin, margin_percent, and attached_percent.

	`sold` counts a package once a visit. amount_each = amount ÷ sold, to the cent; margin_percent = margin ÷ amount; attached_percent = visits with a
	package ÷ all workshop visits of the key, None where these are not known by key.

	Args:
		groups: key, sold, visits (distinct ones with a package), amount, discount, cost.
		visits: settled workshop visits by key.
	"""
	rows = [_row(group, (visits or {}).get(group["key"])) for group in groups]
	return sorted(rows, key=lambda row: -row["amount"])


def _row(group: Mapping, visits: int | None) -> dict:
	sold, amount = int(group["sold"] or 0), float(group["amount"] or 0)
	margin = round(amount - float(group["cost"] or 0), 2)
	return {
		"key": group["key"],
		"sold": sold,
		"visits": int(group["visits"] or 0),
		"amount": round(amount, 2),
		"discount": round(float(group["discount"] or 0), 2),
		"amount_each": float(per_head(amount, sold)),
		"margin": margin,
		"margin_percent": percent(margin, amount),
		"attached_percent": percent(group["visits"], visits) if visits else None,
	}
