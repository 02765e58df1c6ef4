"""Customers who may be there twice, pair by pair, with the reasons and how sure each makes it.

Among a million customers the search takes most of a minute, so it is made every night; C4S Possible Twin keeps what it found, and is written here only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import combinations

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.utils import cint

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.rows.writer import Writes
from crm4s.runs import commit
from crm4s.settings import setting
from crm4s.turns import turn

PHONE, DIFFERENT, TWIN = "C4S Customer Phone", "C4S Different People", "C4S Possible Twin"
SAME_DOCUMENT, SAME_PHONE, SAME_EMAIL = "Same Document Number", "Same Phone", "Same E-mail"
SAME_BIRTHDAY, SAME_STORE = "Same Name and Birthday", "Same Name in a Store"
# The settings that say how sure in percent each of them makes it alone; together they make it surer.
CERTAINTY = {
	SAME_DOCUMENT: "certainty_document",
	SAME_EMAIL: "certainty_email",
	SAME_BIRTHDAY: "certainty_birthday",
	SAME_PHONE: "certainty_phone",
	SAME_STORE: "certainty_store",
}
SEPARATOR = ", "
# Nobody looks through more; the surest are kept.
MOST_KEPT = 20_000
# Seconds for which a second search waits for the first.
WAIT = 600
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


def search() -> int:
	"""Look for pairs in the whole group, and keep them in place of those of the night before; how many. Two at once take turns."""
	with turn("possible_twins", WAIT) as is_mine:
		if not is_mine:
			return 0
		pairs = _search()
		frappe.db.delete(TWIN)
		writes = Writes()
		for pair in pairs:
			writes.insert(TWIN, {**pair, "name": frappe.generate_hash(length=16), "reasons": SEPARATOR.join(pair["reasons"])})
		writes.flush()
		commit()
	return len(pairs)


def find(stores: Collection[str] | None, limit: int, at_least: int = 0) -> list[dict]:
	"""Pairs of last night whose both files the stores know (None for the whole group), the surest first.

	Files that were merged, erased or closed since are left out, and pairs of whom somebody said that they are two people.

	Returns: first, second, certainty in percent, reasons.
	"""
	pair, different = frappe.qb.DocType(TWIN), frappe.qb.DocType(DIFFERENT)
	query = (
		frappe.qb.from_(pair)
		.left_join(different)
		.on((different.first == pair.first) & (different.second == pair.second))
		.select(pair.first, pair.second, pair.certainty, pair.reasons)
		.where(different.name.isnull() & (pair.certainty >= at_least))
		.orderby(pair.certainty, order=Order.desc)
		.orderby(pair.first, pair.second)
		.limit(limit)
	)
	for place in ("first", "second"):
		query = query.where(pair[place].isin(_in_use(pair[place], stores)))
	rows = query.run(as_dict=True)
	return [{**row, "reasons": row.reasons.split(SEPARATOR)} for row in rows]


def searched_on() -> datetime | None:
	"""When the pairs were found; None where there are none."""
	return frappe.db.get_value(TWIN, {}, "creation", order_by="creation desc")


def _in_use(place, stores: Collection[str] | None):
	"""The file, where it is in use and known to one of the stores."""
	file = frappe.qb.DocType(CUSTOMER)
	query = frappe.qb.from_(file).select(file.name).where((file.name == place) & (file.disabled == 0) & file.erased_on.isnull())
	if stores is None:
		return query
	tie = frappe.qb.DocType(RELATIONSHIP)
	return query.join(tie).on((tie.customer == file.name) & tie.dealership.isin(list(stores) or [""]))


def _search() -> list[dict]:
	"""All pairs, the surest first."""
	sure = {reason: min(cint(setting(fieldname)), 99) for reason, fieldname in CERTAINTY.items()}
	found: dict[tuple[str, str], list[str]] = defaultdict(list)
	for reason in (reason for reason in CERTAINTY if sure[reason]):
		for alike in _groups(reason, setting("most_alike")):
			for pair in combinations(sorted(alike), 2):
				# Two shared stores, or phones, are one reason.
				if reason not in found[pair]:
					found[pair].append(reason)
	rows = [{"first": first, "second": second, "certainty": certainty(sure[reason] for reason in reasons), "reasons": reasons} for (first, second), reasons in found.items()]
	return sorted(rows, key=lambda row: (-row["certainty"], row["first"], row["second"]))[:MOST_KEPT]


def certainty(percents: Iterable[float]) -> int:
	"""How sure several reasons make it, each of so many percent; never 100."""
	doubt = 1.0
	for percent in percents:
		doubt *= 1 - percent / 100
	return min(99, round(100 * (1 - doubt)))


def in_words(reasons: Iterable[str]) -> str:
	return ", ".join(_(reason) for reason in reasons)


def set_apart(first: str, second: str, reason: str = "") -> None:
	"""Remember that two files are of different people; again and again does no harm. Who may say that is the caller's question."""
	one, other = sorted((first, second))
	if not frappe.db.exists(DIFFERENT, {"first": one, "second": other}):
		row = {"doctype": DIFFERENT, "first": one, "second": other, "pair": f"{one}|{other}", "reason": reason.strip()[:500]}
		frappe.get_doc(row).insert(ignore_permissions=True)


def _groups(reason: str, most: int) -> list[set[str]]:
	"""Files that share what the reason looks at; what more than `most` share is a common name or the number of a switchboard."""
	alike: dict[str, set[str]] = defaultdict(set)
	likeness = _LIKENESS[reason]
	counted = f"select likeness from ({likeness}) counted group by likeness having count(distinct name) between 2 and %(most)s"
	# nosemgrep: query-built-as-text -- made of constants of this file
	for name, shared in frappe.db.sql(f"select found.name, found.likeness from ({likeness}) found join ({counted}) twice on twice.likeness = found.likeness", {"most": max(cint(most), 2)}):
		alike[shared.casefold()].add(name)
	return list(alike.values())
