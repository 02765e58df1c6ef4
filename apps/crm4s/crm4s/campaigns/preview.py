"""Before anybody is contacted: how many there are, whom each channel would reach, why not the others, and what the messages would cost."""

from collections import Counter
from collections.abc import Callable

import frappe
from frappe.utils import cint, flt, now_datetime
from pypika.terms import ExistsCriterion

from crm4s.access.stores import stores_of
from crm4s.campaigns import audience
from crm4s.campaigns.delivery import values_of
from crm4s.campaigns.scope import stores_of_campaign
from crm4s.messages import texts
from crm4s.messages.decision import Facts, why_not, word
from crm4s.messages.facts import facts_of
from crm4s.messages.rows import sentence
from crm4s.value.experiment import CONTACT, arm_of

CAMPAIGN = audience.CAMPAIGN
SAMPLE = 10


def count(name: str, tell: Callable[[int, int], None] | None = None) -> dict:
	"""Look at everybody whom the campaign means, slice by slice, and keep the figures with it.

	Returns:
		customers, to_contact, held_out, by_channel (reachable and used as the first), unreachable, reasons (sentence → count), expected_cost.
	"""
	campaign = frappe.get_doc(CAMPAIGN, name)
	audience.validate(campaign)
	found = _Found(campaign)
	total = audience.size(campaign) if tell else 0
	for customers in audience.slices(campaign):
		found.look_at(customers)
		if tell:
			tell(found.customers, total)
	answer = found.answer()
	campaign.preview_json = frappe.as_json(answer, indent=None)
	frappe.db.set_value(CAMPAIGN, name, "preview_json", campaign.preview_json, update_modified=False)
	return answer


def sample(campaign) -> list[dict]:
	"""Some of those whom the campaign means, only customers of stores that the reader works for: customer and name."""
	query, column = audience.candidates(campaign)
	stores = stores_of()
	if stores is not None:
		relation = frappe.qb.DocType(audience.RELATIONSHIP)
		query = query.where(
			ExistsCriterion(
				frappe.qb.from_(relation).select(relation.name).where((relation.customer == column) & relation.dealership.isin(stores or [""]))
			)
		)
	names = query.select(column).orderby(column, order=frappe.qb.desc).limit(SAMPLE).run(pluck=True)
	rows = frappe.get_all(audience.CUSTOMER, {"name": ["in", names or [""]]}, ["name", "customer_name", "masked_phone"], order_by="name desc")
	share = flt(campaign.hold_out_percent) / 100
	return [{**row, "arm": arm_of(campaign.name, row.name, share)} for row in rows]


class _Found:
	"""What was counted up to now."""

	def __init__(self, campaign):
		self.campaign, self.stores = campaign, stores_of_campaign(campaign.dealership)
		self.kinds, self.share = [row.channel for row in campaign.channels], flt(campaign.hold_out_percent) / 100
		self.customers = self.to_contact = self.unreachable = 0
		self.cost = 0.0
		self.reachable, self.used, self.reasons = Counter(), Counter(), Counter()

	def look_at(self, customers: list[str]) -> None:
		self.customers += len(customers)
		chosen = [customer for customer in customers if arm_of(self.campaign.name, customer, self.share) == CONTACT]
		self.to_contact += len(chosen)
		if not self.kinds or not self.campaign.template or not self.campaign.purpose:
			return
		homes = audience.store_of_customers(chosen, self.stores)
		for facts in facts_of([self._message(customer, homes.get(customer)) for customer in chosen], now_datetime()).values():
			self._judge(facts)

	def _judge(self, facts: Facts) -> None:
		first = None
		for kind in self.kinds:
			reason = why_not(facts, kind)
			if reason:
				self.reasons[sentence(reason)] += 1
				continue
			self.reachable[kind] += 1
			first = first or kind
		if not first:
			self.unreachable += 1
			return
		self.used[first] += 1
		channel = facts.channels[first]
		if flt(channel["cost_per_message"]):
			self.cost += flt(channel["cost_per_message"]) * self._parts(facts, first, channel)

	def _parts(self, facts: Facts, kind: str, channel) -> int:
		try:
			sending = word(facts, kind)
		except texts.MissingValueError:
			return 1
		return texts.parts(sending.text, cint(channel["characters_per_message"])) if sending else 1

	def _message(self, customer: str, dealership: str | None):
		"""A message as it would be asked for."""
		row = frappe._dict.fromkeys(("vehicle", "tried_channels", "not_before", "not_after"))
		row.update(name=customer, customer=customer, dealership=dealership, purpose=self.campaign.purpose, template=self.campaign.template)
		row.update(channels="\n".join(self.kinds), creation=now_datetime(), values_json=frappe.as_json(values_of(self.campaign), indent=None))
		return row

	def answer(self) -> dict:
		return {
			"customers": self.customers,
			"to_contact": self.to_contact,
			"held_out": self.customers - self.to_contact,
			"by_channel": [{"channel": kind, "reachable": self.reachable[kind], "used": self.used[kind]} for kind in self.kinds],
			"unreachable": self.unreachable,
			"reasons": [{"reason": reason, "customers": number} for reason, number in self.reasons.most_common(12)],
			"expected_cost": flt(self.cost, 2),
			"segments": self._segments(),
			"counted_on": str(now_datetime().replace(microsecond=0)),
		}

	def _segments(self) -> list[dict]:
		"""As of when the members of the segments are known; None where nobody has found them yet."""
		names = [row.segment for row in self.campaign.segments]
		rows = frappe.get_all("C4S Segment", {"name": ["in", names or [""]]}, ["segment_name", "refreshed_on"], order_by="segment_name")
		return [{"title": row.segment_name, "refreshed_on": str(row.refreshed_on.replace(microsecond=0)) if row.refreshed_on else None} for row in rows]
