"""Pairs of customers: found, made, and kept equal field by field."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.utils import now_datetime

from crm4s.acting import acting_as
from crm4s.erpnext_link import our_customers, pairs, their_customers
from crm4s.erpnext_link.agreeing import agree
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.matching import Known, Verdict, judge
from crm4s.erpnext_link.our_customers import CUSTOMER
from crm4s.erpnext_link.plan import Plan
from crm4s.erpnext_link.presence import MATCH
from crm4s.sealing import digest

OPEN, SAME, NOT_THE_SAME = "Open", "The Same", "Not the Same"
LINKED, MADE, DOUBTFUL, REFUSED = "linked", "made", "doubtful", "refused"


def find_or_make(names: Iterable[str], plan: Plan, candidates: Candidates, makes: bool) -> Counter:
	"""Join customers of ours that have no pair: with the one whom ERPNext has already, or with a new one; doubtful ones are listed.

	Args:
		makes: whether who is not there is made.

	Returns:
		how many were LINKED, MADE, are DOUBTFUL or REFUSED.
	"""
	rows = our_customers.read(names)
	known = pairs.of_ours(CUSTOMER, rows, their_customers.CUSTOMER)
	decided = _decided(rows)
	count: Counter = Counter()
	for name, row in rows.items():
		pair = known.get(name)
		if pair and pair.their_document:
			continue
		outcome = _one(row, candidates, decided.get(name, {}), plan, makes)
		count.update(filter(None, [outcome]))
	return count


def _one(row: Mapping, candidates: Candidates, decided: Mapping[str, str], plan: Plan, makes: bool) -> str | None:
	verdict = _judge(row, candidates, decided)
	if verdict.doubtful:
		_list_doubtful(row["name"], verdict, decided)
		return DOUBTFUL
	if verdict.same:
		work, outcome = lambda: _link(row, verdict.same, plan), LINKED
	elif makes:
		work, outcome = lambda: _make(row, plan), MADE
	else:
		return None
	their_name = pairs.tried(CUSTOMER, row["name"], their_customers.CUSTOMER, work)
	if their_name:
		candidates.take(their_name)
	return outcome if their_name else REFUSED


def _judge(row: Mapping, candidates: Candidates, decided: Mapping[str, str]) -> Verdict:
	"""What a person said counts more than what numbers say."""
	same = next((name for name, state in decided.items() if state == SAME), None)
	if same:
		return Verdict(same=same)
	known = Known(row["customer_name"], row["primary_phone"], bool(row["unique_phone"]), our_customers.tax_number(row))
	return judge(known, [candidate for candidate in candidates.of(known) if decided.get(candidate.name) != NOT_THE_SAME])


def link(name: str, their_name: str, plan: Plan) -> None:
	"""Two customers are one, as a person or the numbers say; their fields agree afterwards."""
	_link(our_customers.read([name])[name], their_name, plan)


def _link(row: Mapping, their_name: str, plan: Plan) -> str:
	pairs.connect(CUSTOMER, row["name"], their_customers.CUSTOMER, their_name)
	keep_equal([row["name"]], plan)
	return their_name


def _make(row: Mapping, plan: Plan) -> str:
	said = our_customers.values(row)
	made = their_customers.create(said, plan)
	pairs.say_origin(made, CUSTOMER, row["name"])
	pairs.connect(CUSTOMER, row["name"], their_customers.CUSTOMER, made.name)
	theirs = their_customers.read([made.name])[made.name]
	_settled(row["name"], theirs, {field: _digest(value) for field, value in their_customers.values(theirs).items()})
	return made.name


def keep_equal(names: Iterable[str], plan: Plan) -> int:
	"""Bring pairs of these customers of ours to one state; how many differed. Fields whose last word is not known are filled, then follow their owner."""
	ours = our_customers.read(names)
	known = {name: pair for name, pair in pairs.of_ours(CUSTOMER, ours, their_customers.CUSTOMER).items() if pair.their_document}
	theirs = their_customers.read([pair.their_document for pair in known.values()])
	differed = 0
	for name, pair in known.items():
		their_row = theirs.get(pair.their_document)
		if their_row:
			differed += bool(pairs.tried(CUSTOMER, name, their_customers.CUSTOMER, lambda: _agree(ours[name], their_row, pair, plan)))  # noqa: B023, called at once
	return differed


def _agree(ours: Mapping, theirs: Mapping, pair: Mapping, plan: Plan) -> bool:
	agreed = json.loads(pair["agreed"] or "{}")
	ours_is_newer = ours["modified"] >= theirs["changed_on"]
	found = agree(our_customers.values(ours), their_customers.values(theirs), agreed, plan.owner, ours_is_newer, _digest)
	if found.here:
		our_customers.write(ours["name"], found.here)
	if found.there:
		their_customers.write(theirs, found.there, plan)
	if found.there or found.digests != agreed or theirs["changed_on"] != pair["their_stamp"] or pair["problem"]:
		_settled(ours["name"], their_customers.read([theirs["name"]])[theirs["name"]], found.digests)
	return bool(found.here or found.there)


def _settled(name: str, theirs: Mapping, digests: Mapping[str, str]) -> None:
	pair = pairs.of_ours(CUSTOMER, [name], their_customers.CUSTOMER)[name]
	pairs.note(pair.name, agreed=json.dumps(digests), their_stamp=theirs["changed_on"], problem=None)


def _digest(value: Any) -> str:
	return digest(json.dumps(value, ensure_ascii=False))[:16]


def _decided(names: Iterable[str]) -> dict[str, dict[str, str]]:
	"""Our customer → theirs → what was decided, OPEN where nothing was."""
	found: dict[str, dict[str, str]] = {}
	for row in frappe.get_all(MATCH, {"customer": ["in", list(names) or [""]]}, ["customer", "their_customer", "state"], order_by="creation"):
		found.setdefault(row.customer, {})[row.their_customer] = row.state
	return found


def _list_doubtful(name: str, verdict: Verdict, listed: Mapping[str, str]) -> None:
	for candidate, reason in verdict.doubtful:
		if candidate.name not in listed:
			row = {"customer": name, "their_customer": candidate.name, "their_name": candidate.customer_name, "reason": reason, "state": OPEN}
			frappe.get_doc({"doctype": MATCH, **row}).insert(ignore_permissions=True)


def decide(match, is_same: bool, plan: Plan) -> None:
	"""A person says whether two customers are one. The other possibilities of the same two are answered with it."""
	if is_same:
		with acting_as(plan.user):
			link(match.customer, match.their_customer, plan)
		others = {"state": OPEN, "name": ["!=", match.name]}
		for field in ("customer", "their_customer"):
			frappe.db.set_value(MATCH, {**others, field: match.get(field)}, "state", NOT_THE_SAME)
	match.flags.by_button = True
	match.update({"state": SAME if is_same else NOT_THE_SAME, "decided_by": frappe.session.user, "decided_on": now_datetime()})
	match.save()
