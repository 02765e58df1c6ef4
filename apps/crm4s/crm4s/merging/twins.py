"""Customers who may be there twice, pair by pair, with the reasons and how sure each makes it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

import frappe
from frappe import _

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.rows.writer import slices

PHONE, DIFFERENT = "C4S Customer Phone", "C4S Different People"
SAME_DOCUMENT, SAME_PHONE, SAME_EMAIL = "Same Document Number", "Same Phone", "Same E-mail"
SAME_BIRTHDAY, SAME_STORE = "Same Name and Birthday", "Same Name in a Store"
# How sure in percent each of them makes it alone; together they make it surer.
CERTAINTY = {SAME_DOCUMENT: 99, SAME_EMAIL: 80, SAME_BIRTHDAY: 75, SAME_PHONE: 70, SAME_STORE: 30}
# What more files share is a common name or the number of a switchboard, and tells of no pair.
MOST_ALIKE = 5
SOME = 1000
_IN_USE = "customer.disabled = 0 and customer.erased_on is null"
# Reason → customers with what they may share.
_LIKENESS = {
	SAME_DOCUMENT: f"select customer.name, customer.identity_key likeness from `tab{CUSTOMER}` customer where {_IN_USE} and customer.identity_key != ''",
	SAME_EMAIL: f"select customer.name, customer.email likeness from `tab{CUSTOMER}` customer where {_IN_USE} and customer.email != ''",
	SAME_PHONE: f"""select phone.parent name, phone.phone likeness from `tab{PHONE}` phone join `tab{CUSTOMER}` customer on customer.name = phone.parent and {_IN_USE}
		where phone.parenttype = '{CUSTOMER}' and phone.is_shared = 0 and phone.phone != ''""",
	SAME_BIRTHDAY: f"""select customer.name, concat(customer.customer_name, '|', customer.birthday) likeness from `tab{CUSTOMER}` customer
		where {_IN_USE} and customer.birthday is not null""",
	SAME_STORE: f"""select customer.name, concat(customer.customer_name, '|', tie.dealership) likeness from `tab{RELATIONSHIP}` tie
		join `tab{CUSTOMER}` customer on customer.name = tie.customer and {_IN_USE}""",
}


def find(stores: Collection[str] | None, limit: int) -> list[dict]:
	"""Pairs whose both files the stores know (None for the whole group), the surest first, without those of whom somebody said that they are two people.

	Returns: first, second, certainty in percent, reasons.
	"""
	found: dict[tuple[str, str], set[str]] = defaultdict(set)
	for reason in CERTAINTY:
		for alike in _groups(reason):
			for pair in combinations(sorted(alike), 2):
				found[pair].add(reason)
	known = _without_others(_without_different(found), stores)
	rows = [{"first": first, "second": second, "certainty": certainty(reasons), "reasons": sorted(reasons, key=list(CERTAINTY).index)} for (first, second), reasons in known.items()]
	return sorted(rows, key=lambda row: (-row["certainty"], row["first"], row["second"]))[:limit]


def certainty(reasons: Iterable[str]) -> int:
	"""How sure several reasons make it, in percent; never 100."""
	doubt = 1.0
	for reason in reasons:
		doubt *= 1 - CERTAINTY[reason] / 100
	return min(99, round(100 * (1 - doubt)))


def in_words(reasons: Iterable[str]) -> str:
	return ", ".join(_(reason) for reason in reasons)


def set_apart(first: str, second: str, reason: str = "") -> None:
	"""Remember that two files are of different people; again and again does no harm. Who may say that is the caller's question."""
	one, other = sorted((first, second))
	if not frappe.db.exists(DIFFERENT, {"first": one, "second": other}):
		row = {"doctype": DIFFERENT, "first": one, "second": other, "pair": f"{one}|{other}", "reason": reason.strip()[:500]}
		frappe.get_doc(row).insert(ignore_permissions=True)


def _groups(reason: str) -> list[set[str]]:
	alike: dict[str, set[str]] = defaultdict(set)
	likeness = _LIKENESS[reason]
	counted = f"select likeness from ({likeness}) counted group by likeness having count(distinct name) between 2 and {MOST_ALIKE}"
	# nosemgrep: query-built-as-text -- made of constants of this file
	for name, shared in frappe.db.sql(f"select found.name, found.likeness from ({likeness}) found join ({counted}) twice on twice.likeness = found.likeness"):
		alike[shared.casefold()].add(name)
	return list(alike.values())


def _without_different(pairs: Mapping[tuple[str, str], set[str]]) -> dict[tuple[str, str], set[str]]:
	different = set(frappe.get_all(DIFFERENT, fields=["first", "second"], as_list=True, order_by=None, limit_page_length=0)) if pairs else set()
	return {pair: reasons for pair, reasons in pairs.items() if pair not in different}


def _without_others(pairs: Mapping[tuple[str, str], set[str]], stores: Collection[str] | None) -> dict[tuple[str, str], set[str]]:
	if stores is None:
		return dict(pairs)
	seen: set[str] = set()
	for names in slices(sorted({name for pair in pairs for name in pair}), SOME):
		seen.update(frappe.get_all(RELATIONSHIP, {"customer": ["in", list(names)], "dealership": ["in", list(stores) or [""]]}, pluck="customer", distinct=True, order_by=None))
	return {pair: reasons for pair, reasons in pairs.items() if seen.issuperset(pair)}
