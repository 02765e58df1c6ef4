"""How much discount somebody may give or approve, from limits per role that an administrator keeps. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm4s.value.money import Number, exact, to_cents


@dataclass(frozen=True)
class Limit:
	"""The highest share (percent) and the highest amount of a role, for a model, a brand or everything; 0 leaves the other alone to decide."""

	role: str
	brand: str | None = None
	model: str | None = None
	max_percent: Number = 0
	max_amount: Number = 0

	def allows(self, base: Number) -> Decimal:
		"""The highest discount on a price of `base`, to the cent; what is lower, the share or the amount."""
		share = to_cents(exact(base) * exact(self.max_percent) / 100)
		amount = to_cents(self.max_amount)
		if not exact(self.max_percent):
			return amount
		return min(share, amount) if amount else share


def allowed_discount(limits: Iterable[Limit], roles: Iterable[str], brand: str | None, model: str | None, base: Number) -> Decimal:
	"""The highest discount for somebody with these roles: of each role the limit that says most about the car, of the roles the best."""
	of_role: dict[str, Limit] = {}
	wanted = set(roles)
	for limit in limits:
		if limit.role not in wanted or not _is_about(limit, brand, model):
			continue
		known = of_role.get(limit.role)
		if not known or _detail(limit) > _detail(known):
			of_role[limit.role] = limit
	return max((limit.allows(base) for limit in of_role.values()), default=Decimal("0.00"))


def share_of(discount: Number, base: Number) -> Decimal:
	"""The discount in percent of the price, to six places; of nothing it is 0."""
	return (exact(discount) * 100 / exact(base)).quantize(Decimal("0.000001")) if exact(base) else Decimal(0)


def _is_about(limit: Limit, brand: str | None, model: str | None) -> bool:
	return (not limit.model or limit.model == model) and (not limit.brand or limit.brand == brand)


def _detail(limit: Limit) -> int:
	return 2 if limit.model else 1 if limit.brand else 0
