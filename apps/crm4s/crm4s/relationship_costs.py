"""What keeping a customer costs us: the one writer of C4S Customer Cost, and its sums for the value of customers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import now

from crm4s.rows.writer import insert_unless_known
from crm4s.value.money import exact

COST = "C4S Customer Cost"
MESSAGE, GIFT, COUPON, POINT, CAMPAIGN, COURTESY_CAR = KINDS = ("Message", "Gift", "Coupon", "Point", "Campaign", "Courtesy Car")
LONGEST_KEY = 140
# A text message costs a few cents and a fraction.
SMALLEST = Decimal("0.0001")
SLICE = 2000
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "source_key", "customer", "kind", "amount"),
	*("incurred_on", "dealership", "reference_doctype", "reference_name", "remark"),
)


@dataclass(frozen=True)
class Cost:
	"""An amount that was spent on a customer; a negative one takes back an earlier one and has a key of its own.

	Attributes:
		source_key: what it was spent for, at most 140 characters; noted once, for ever.
		kind: Message, Gift, Coupon, Point, Campaign or Courtesy Car.
		amount: in the group's currency, rounded to a hundredth of a cent here.
	"""

	source_key: str
	customer: str
	kind: str
	amount: float
	incurred_on: date
	dealership: str | None = None
	reference_doctype: str | None = None
	reference_name: str | None = None
	remark: str | None = None

	def __post_init__(self):
		if not self.source_key or len(self.source_key) > LONGEST_KEY:
			raise ValueError(f"A cost needs a key of at most {LONGEST_KEY} characters, not {self.source_key!r}")
		if not self.customer or self.kind not in KINDS or not isfinite(self.amount):
			raise ValueError(f"No cost of a customer: {self!r}")


def note_costs(rows: Sequence[Cost]) -> int:
	"""Note the costs whose key is new, in the caller's transaction; how many those are. Nothing is noted of an amount of 0."""
	spent = [row for row in rows if _rounded(row.amount)]
	return sum(_insert(spent[begin : begin + SLICE]) for begin in range(0, len(spent), SLICE))


def costs_of(customers: Iterable[str], first: date | None = None, last: date | None = None) -> dict[str, float]:
	"""What was spent on each of the customers from `first` to `last`, both included; those on whom nothing was are left out."""
	cost = frappe.qb.DocType(COST)
	query = frappe.qb.from_(cost).select(cost.customer, Sum(cost.amount)).where(cost.customer.isin(list(customers) or [""]))
	if first:
		query = query.where(cost.incurred_on >= first)
	if last:
		query = query.where(cost.incurred_on <= last)
	return {customer: float(amount) for customer, amount in query.groupby(cost.customer).run()}


def _insert(costs: Sequence[Cost]) -> int:
	moment, user = now(), frappe.session.user
	rows = [
		(
			*(frappe.generate_hash(length=16), moment, moment, user, user, 0, 0, cost.source_key, cost.customer, cost.kind),
			*(float(_rounded(cost.amount)), cost.incurred_on, cost.dealership, cost.reference_doctype, cost.reference_name, cost.remark),
		)
		for cost in costs
	]
	return len(insert_unless_known(COST, COLUMNS, rows))


def _rounded(amount: float) -> Decimal:
	return exact(amount).quantize(SMALLEST, ROUND_HALF_UP)
