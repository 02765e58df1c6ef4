"""What a campaign brought against the group that was held out. Pure.

Rates are compared by Newcombe's hybrid score interval (R. G. Newcombe, "Interval estimation for the difference between independent proportions:
comparison of eleven methods", Statistics in Medicine 17, 1998, 873-890, method 10), which stays within -1 to 1 and holds its level for rare
responses, where the textbook interval does not. Means of money are compared by Welch's interval for large samples.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import sqrt

CONTACT, HOLD_OUT = "Contact", "Hold-Out"
# The 97.5 % point of the normal distribution.
Z = 1.959963984540054
# Below so many customers in a group nothing is said about the difference.
LEAST = 30
MORE, FEWER, NO_DIFFERENCE, NOT_ENOUGH = "More", "Fewer", "No Difference Seen", "Not Enough Held Out to Tell"


@dataclass(frozen=True)
class Group:
	"""One of the two groups: customers, how many responded, sum and sum of squares of each customer's margin."""

	members: int = 0
	responders: int = 0
	margin: float = 0.0
	margin_squares: float = 0.0

	@property
	def rate(self) -> float:
		return self.responders / self.members if self.members else 0.0

	@property
	def mean(self) -> float:
		return self.margin / self.members if self.members else 0.0

	@property
	def variance_of_mean(self) -> float:
		if self.members < 2:
			return 0.0
		spread = max(self.margin_squares - self.members * self.mean**2, 0.0)
		return spread / (self.members - 1) / self.members


@dataclass(frozen=True)
class Comparison:
	"""Contacted against held out.

	Attributes:
		uplift, low, high: difference of the rates with its 95 % interval, shares from -1 to 1.
		extra_responders: those who would not have responded without the campaign.
		extra_margin, margin_low, margin_high: margin of the contacted beyond that of as many held out, with its 95 % interval.
		verdict: of the rates, one of the four words.
	"""

	uplift: float
	low: float
	high: float
	extra_responders: float
	extra_margin: float
	margin_low: float
	margin_high: float
	verdict: str


def arm_of(campaign: str, customer: str, share: float) -> str:
	"""Contact or Hold-Out: the same for the same names at any time and in any order, independent from campaign to campaign.

	Args:
		share: of those held out, 0 to 1.
	"""
	digest = sha256(f"{campaign}|{customer}".encode()).digest()
	return HOLD_OUT if int.from_bytes(digest[:8], "big") < share * 2**64 else CONTACT


def wilson(responders: int, members: int) -> tuple[float, float]:
	"""The 95 % score interval of a rate; 0 to 1 of nobody."""
	if not members:
		return 0.0, 1.0
	rate, square = responders / members, Z * Z
	middle = rate + square / (2 * members)
	half = Z * sqrt(rate * (1 - rate) / members + square / (4 * members * members))
	whole = 1 + square / members
	return max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0)


def newcombe(contact: Group, held_out: Group) -> tuple[float, float]:
	"""The 95 % interval of the difference of the rates, contacted less held out."""
	difference = contact.rate - held_out.rate
	low_1, high_1 = wilson(contact.responders, contact.members)
	low_2, high_2 = wilson(held_out.responders, held_out.members)
	low = difference - sqrt((contact.rate - low_1) ** 2 + (high_2 - held_out.rate) ** 2)
	high = difference + sqrt((high_1 - contact.rate) ** 2 + (held_out.rate - low_2) ** 2)
	return max(low, -1.0), min(high, 1.0)


def compare(contact: Group, held_out: Group) -> Comparison:
	low, high = newcombe(contact, held_out)
	uplift, more = contact.rate - held_out.rate, contact.mean - held_out.mean
	half = Z * sqrt(contact.variance_of_mean + held_out.variance_of_mean)
	if min(contact.members, held_out.members) < LEAST:
		verdict = NOT_ENOUGH
	elif low > 0:
		verdict = MORE
	else:
		verdict = FEWER if high < 0 else NO_DIFFERENCE
	return Comparison(
		uplift,
		low,
		high,
		uplift * contact.members,
		more * contact.members,
		(more - half) * contact.members,
		(more + half) * contact.members,
		verdict,
	)
