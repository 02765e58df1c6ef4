"""Points for what was settled and delivered, and back again when that is undone.

The same two functions serve one document that is saved and thousands that came in by intake: they read facts, rules and earlier entries as
sets. A bill has earned once; settled again after it was opened again, it earns anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import frappe
from frappe.query_builder.functions import Date, Sum
from frappe.utils import add_months, cint, getdate

from crm4s.membership import tiers
from crm4s.membership.ledger import ACTIVE, EARN, ENTRY, MEMBERSHIP, REVERSE, Posting, post
from crm4s.rows.writer import attempt, lock_rows, read_rows
from crm4s.value.points import points_for

VISIT, ITEM, DEAL, RULE = "C4S Service Visit", "C4S Service Item", "C4S Deal", "C4S Points Rule"
EARNED_ON = {VISIT: "Settled Visit", DEAL: "Delivered Deal"}
DONE = {VISIT: ("Settled", "settled_on"), DEAL: ("Delivered", "delivered_on")}


def visit_changed(visit, event: str | None = None) -> None:
	"""When a visit is saved."""
	_changed(visit)


def deal_changed(deal, event: str | None = None) -> None:
	"""When a deal is saved."""
	_changed(deal)


def _changed(document) -> None:
	done, _day = DONE[document.doctype]
	before = document.get_doc_before_save()
	was_done, is_done = bool(before and before.status == done), document.status == done
	if is_done and not was_done:
		award(document.doctype, [document.name])
	elif was_done and not is_done:
		take_back(document.doctype, [document.name])


def award(doctype: str, names: Iterable[str]) -> int:
	"""Enter what these documents earn, those of them that are done, whose customer is a member, and that have not earned yet.

	Returns: the number of entries made.
	"""
	names = sorted(names)
	facts = _facts(doctype, names) if names else []
	if not facts:
		return 0
	open_entries, times = _earlier(doctype, [fact.name for fact in facts])
	amounts = _amounts(doctype, [fact.name for fact in facts])
	rules, factors = _rules(EARNED_ON[doctype]), {tier.name: tier.multiplier for tier in tiers.all_tiers()}
	postings = [
		posting
		for fact in facts
		if fact.name not in open_entries
		for rule in rules
		if (posting := _posting(doctype, fact, rule, amounts[fact.name], factors.get(fact.tier, 1), times.get(fact.name, 0)))
	]
	return _enter(postings)


def take_back(doctype: str, names: Iterable[str]) -> int:
	"""Reverse what these documents earned; how many entries that were."""
	names = sorted(names)
	open_entries, _times = _earlier(doctype, names)
	postings = [
		Posting(
			entry.membership,
			REVERSE,
			f"reverse|{entry.name}",
			of_entry=entry.name,
			dealership=entry.dealership,
			rule=entry.rule,
			reference_doctype=doctype,
			reference_name=entry.reference_name,
		)
		for entries in open_entries.values()
		for entry in entries
	]
	return len(post(postings)) if postings else 0


def _enter(postings: Sequence[Posting]) -> int:
	if not postings:
		return 0
	count = len(post(postings))
	tiers.raise_up(sorted({posting.membership for posting in postings}))
	return count


def _facts(doctype: str, names: Sequence[str]) -> list[dict]:
	"""Those of the documents that earn: done, of a member, since the day from which the member collects."""
	status, day = DONE[doctype]
	table, member = frappe.qb.DocType(doctype), frappe.qb.DocType(MEMBERSHIP)
	kind = table.visit_kind if doctype == VISIT else table.deal_kind
	return (
		frappe.qb.from_(table)
		.join(member)
		.on(member.customer == table.customer)
		.where(table.name.isin(list(names)) & (table.status == status) & (member.status == ACTIVE))
		.where(Date(table[day]) >= member.since)
		.select(table.name, table.dealership, kind.as_("kind"), table[day].as_("day"), member.name.as_("membership"), member.tier)
	).run(as_dict=True)


def _earlier(doctype: str, names: Sequence[str]) -> tuple[dict[str, list], dict[str, int]]:
	"""By document, the entries that it earned and that stand, and how often it earned before and lost it again."""
	if not names:
		return {}, {}
	entry = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(entry)
		.where((entry.reference_doctype == doctype) & entry.reference_name.isin(list(names)) & entry.entry_kind.isin([EARN, REVERSE]))
		.select(entry.name, entry.membership, entry.entry_kind, entry.reference_name, entry.of_entry, entry.dealership, entry.rule)
	).run(as_dict=True)
	undone = {row.of_entry for row in rows if row.entry_kind == REVERSE}
	standing: dict[str, list] = defaultdict(list)
	times: dict[str, int] = defaultdict(int)
	for row in rows:
		if row.entry_kind == EARN and row.name not in undone:
			standing[row.reference_name].append(row)
		times[row.reference_name] += row.entry_kind == REVERSE
	return standing, times


def _amounts(doctype: str, names: Sequence[str]) -> dict[str, dict[str | None, float]]:
	"""By document, what the customer pays by item kind; of a deal, the price, under None."""
	amounts: dict[str, dict] = defaultdict(lambda: defaultdict(float))
	if doctype == DEAL:
		for row in read_rows(DEAL, "name", names, ["name", "price_amount"]):
			amounts[row.name][None] = row.price_amount
		return amounts
	item = frappe.qb.DocType(ITEM)
	rows = (
		frappe.qb.from_(item)
		.where(item.parent.isin(list(names)) & (item.parenttype == VISIT) & (item.payer == "Customer") & (item.approval != "Declined"))
		.groupby(item.parent, item.item_kind)
		.select(item.parent, item.item_kind, Sum(item.amount))
	).run()
	for name, kind, amount in rows:
		amounts[name][kind] = amount
	return amounts


def _rules(earned_on: str) -> list[dict]:
	return frappe.get_all(RULE, {"enabled": 1, "earn_on": earned_on}, ["*"], order_by="name")


def _posting(doctype: str, fact, rule, amounts: dict, factor: float, times: int) -> Posting | None:
	day = getdate(fact.day)
	if not counts_on(rule, day) or (rule.visit_kind if doctype == VISIT else rule.deal_kind) not in (None, "", fact.kind):
		return None
	amount = amounts.get(rule.amount_of, 0) if doctype == VISIT and rule.amount_of else sum(amounts.values())
	points = points_of(rule, amount, factor)
	if not points:
		return None
	return Posting(
		fact.membership,
		EARN,
		f"earn|{doctype}|{fact.name}|{rule.name}|{times}",
		points,
		last_day(rule, day),
		dealership=fact.dealership,
		rule=rule.name,
		reference_doctype=doctype,
		reference_name=fact.name,
	)


def counts_on(rule, day: date) -> bool:
	"""Whether the rule holds on a day."""
	return (not rule.valid_from or rule.valid_from <= day) and (not rule.valid_until or day <= rule.valid_until)


def points_of(rule, amount: float, factor: float) -> int:
	"""What the rule gives for an amount to a member of a tier with this factor."""
	factors = (rule.multiplier, factor if rule.use_tier_factor else 1)
	return points_for(amount, rule.per_amount, cint(rule.points), cint(rule.fixed_points), factors, cint(rule.most_points))


def last_day(rule, day: date) -> date | None:
	"""The last day on which points count that came on `day`; None for ever."""
	months = cint(rule.valid_months)
	return getdate(add_months(day, months)) if months else None


def catch_up(doctype: str, names: Sequence[str], memberships: Iterable[str], commit: bool) -> int:
	"""For the jobs: what these documents lack of points, or have too many, in a transaction of its own; how many entries were made."""

	def work() -> int:
		# The first statement of the transaction: what is read next is newer than what others entered meanwhile.
		lock_rows(MEMBERSHIP, memberships)
		done, _day = DONE[doctype]
		still = {row.name for row in read_rows(doctype, "name", names, ["name", "status"]) if row.status == done}
		return award(doctype, still) + take_back(doctype, set(names) - still)

	return attempt(work, commit)
