"""The points of a member: lots that are used up in the order in which they expire, and a debt where points were spent that had to go back. Pure.

At any time  balance − debt = the sum of all entries of the ledger,  and one of balance and debt is 0. Points are whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from crm4s.value.money import Number, exact

LAST_DAY = date(9999, 12, 31)


class NotEnoughPointsError(ValueError):
	"""More points were asked for than the member has."""


@dataclass
class Lot:
	"""What is left of points that came at one time; `expires_on` is the last day on which they count, None for points that stay."""

	entry: str
	remaining: int
	expires_on: date | None = None


@dataclass
class Account:
	"""Lots with something left, in the order in which they came, and what the member owes."""

	lots: list[Lot] = field(default_factory=list)
	debt: int = 0

	@property
	def balance(self) -> int:
		return sum(lot.remaining for lot in self.lots)

	def next_expiry(self) -> tuple[date | None, int]:
		"""The last day of the lots that expire first, and how many points they are; None where nothing expires."""
		day = min((lot.expires_on for lot in self.lots if lot.expires_on), default=None)
		return day, sum(lot.remaining for lot in self.lots if day and lot.expires_on == day)

	def earn(self, entry: str, points: int, expires_on: date | None = None) -> None:
		"""A debt is paid first; what is left is a lot of its own."""
		_refuse_negative(points)
		paid = min(self.debt, points)
		self.debt -= paid
		if points > paid:
			self.lots.append(Lot(entry, points - paid, expires_on))

	def take(self, points: int) -> dict[str, int]:
		"""Use points, those first that expire first and came first; how many of which lot.

		Raises:
			NotEnoughPointsError: the balance is lower; nothing was taken.
		"""
		_refuse_negative(points)
		if points > self.balance:
			raise NotEnoughPointsError(points, self.balance)
		return self._take_at_most(points)

	def expire(self, today: date) -> dict[str, int]:
		"""Empty the lots whose last day is over; how many points of which lot."""
		over = {lot.entry: lot.remaining for lot in self.lots if lot.expires_on and lot.expires_on < today}
		self.lots = [lot for lot in self.lots if lot.entry not in over]
		return over

	def reverse(self, entry: str, points: int) -> None:
		"""Take back what an entry brought: out of its own lot, then out of the others; what was spent meanwhile is owed.

		Args:
			points: what came with the entry, less what expired of it, which the member lost already.
		"""
		_refuse_negative(points)
		own = next((lot for lot in self.lots if lot.entry == entry), None)
		of_own = min(own.remaining, points) if own else 0
		if own:
			own.remaining -= of_own
			self._drop_empty()
		rest = points - of_own
		taken = self._take_at_most(rest)
		self.debt += rest - sum(taken.values())

	def put_back(self, taken: Mapping[str, int], expiry: Mapping[str, date | None]) -> None:
		"""Undo `take`: a debt that came meanwhile is paid first, with the points that would expire first.

		Args:
			expiry: the last day of each of the lots.
		"""
		for entry in sorted(taken, key=lambda name: expiry[name] or LAST_DAY):
			paid = min(self.debt, taken[entry])
			self.debt -= paid
			self._return(entry, taken[entry] - paid, expiry[entry])

	def _return(self, entry: str, points: int, expires_on: date | None) -> None:
		own = next((lot for lot in self.lots if lot.entry == entry), None)
		if own:
			own.remaining += points
		elif points:
			self.lots.append(Lot(entry, points, expires_on))

	def _take_at_most(self, points: int) -> dict[str, int]:
		taken: dict[str, int] = {}
		for lot in sorted(self.lots, key=lambda lot: lot.expires_on or LAST_DAY):
			amount = min(lot.remaining, points)
			if amount:
				taken[lot.entry] = amount
				lot.remaining -= amount
				points -= amount
		self._drop_empty()
		return taken

	def _drop_empty(self) -> None:
		self.lots = [lot for lot in self.lots if lot.remaining]


def points_for(amount: Number, per_amount: Number, points: int, fixed: int = 0, factors: Sequence[Number] = (), most: int = 0) -> int:
	"""Points of a bill: `points` for each full `per_amount`, and `fixed`, times the factors, rounded down at the end.

	Args:
		amount: in the currency of the group; nothing or less earns nothing.
		per_amount: 0 where only the fixed points count.
		factors: such as those of the rule and of the tier.
		most: what one bill earns at most; 0 without a limit.
	"""
	steps = int(exact(amount) // exact(per_amount)) if exact(per_amount) > 0 and exact(amount) > 0 else 0
	earned = Decimal(steps * points + fixed)
	for factor in factors:
		earned *= exact(factor)
	whole = max(int(earned.to_integral_value(ROUND_FLOOR)), 0)
	return min(whole, most) if most else whole


def tier_reached(figures: Mapping[str, Number], thresholds: Mapping[str, Number], order: Sequence[str]) -> str | None:
	"""The highest tier whose threshold the member reaches by that tier's own figure.

	Args:
		figures: points or money of the member in the time that each tier counts, by tier.
		order: the tiers from the lowest to the highest.
	"""
	reached = [tier for tier in order if exact(figures.get(tier)) >= exact(thresholds[tier])]
	return reached[-1] if reached else None


def _refuse_negative(points: int) -> None:
	if points < 0:
		raise ValueError("points are counted from 0")
