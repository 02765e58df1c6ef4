"""Segments that are lists: customers chosen in the list of customers, or named in a spreadsheet; and what a filter found, kept as a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.access.customers import CUSTOMER
from crm4s.edge import sentence
from crm4s.exceptions import SegmentError
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import Problem
from crm4s.rows.writer import slices
from crm4s.segments import members
from crm4s.segments.finding import LIST, is_customer_of, stores_of_segment
from crm4s.segments.members import MEMBER, SEGMENT
from crm4s.settings import setting
from crm4s.sheet_reading import Limits, read_sheet

MOST_ROWS = 20_000
SLICE = 1_000
NUMBER_HEADINGS = ("CUSTOMER NUMBER", "CUSTOMER", "客户编号", "客户号")
PHONE_HEADINGS = ("PHONE", "MOBILE", "TELEPHONE", "手机号", "手机", "手机号码", "电话", "联系电话")


@dataclass
class Taken:
	"""`problems` are rows of number in the file, what stands there, and the reason."""

	added: int = 0
	known: int = 0
	problems: list[dict] = field(default_factory=list)


def add_chosen(segment: str, customers: Sequence[str]) -> Taken:
	"""Put customers into a list, those left out who are none of its stores."""
	document, taken = require_list(segment), Taken()
	allowed = _of_stores(document, customers)
	for name in sorted(set(customers) - allowed):
		taken.problems.append({"row": None, "value": name, "reason": _not_ours()})
	taken.added = members.add(segment, sorted(allowed), frappe.session.user)
	taken.known = len(allowed) - taken.added
	return taken


def add_sheet(segment: str, file_name: str, content: bytes) -> Taken:
	"""Put those into a list who stand in a spreadsheet with their customer number or phone.

	Raises:
		Problem: the file cannot be read.
	"""
	document, taken, found = require_list(segment), Taken(), []
	sheet = read_sheet(file_name, content, Limits(rows=MOST_ROWS))
	by_number, by_phone = _columns(sheet.headings)
	for part in slices(list(zip(sheet.numbers, sheet.rows, strict=True)), SLICE):
		found += _names(document, part, by_number, by_phone, taken)
	allowed = sorted(set(found))
	taken.added = members.add(segment, allowed, frappe.session.user)
	taken.known = len(allowed) - taken.added
	return taken


def remove_members(names: Sequence[str]) -> int:
	"""Take members out of their lists; how many."""
	rows = frappe.get_all(MEMBER, {"name": ["in", list(names) or [""]]}, ["segment", "customer"])
	removed = 0
	for segment in sorted({row.segment for row in rows}):
		require_list(segment)
		removed += members.remove(segment, [row.customer for row in rows if row.segment == segment])
	return removed


def keep_as_list(segment: str, name: str) -> str:
	"""A new list with the members that the segment has now; its name."""
	source = frappe.get_doc(SEGMENT, segment)
	copy = frappe.get_doc({"doctype": SEGMENT, "segment_name": name, "kind": LIST, "dealership": source.dealership}).insert()
	for part in slices(members.members_of(segment).run(pluck=True), members.SLICE):
		members.add(copy.name, part, frappe.session.user)
	frappe.db.set_value(SEGMENT, copy.name, "refreshed_on", now_datetime(), update_modified=False)
	return copy.name


def require_list(segment: str):
	"""The list, locked until the end of the transaction."""
	document = frappe.get_doc(SEGMENT, segment, for_update=True)
	if document.kind != LIST:
		frappe.throw(_("{0} finds its customers by conditions; choose a list.").format(frappe.bold(document.segment_name)), SegmentError)
	return document


def _columns(headings: list[str]) -> tuple[int | None, int | None]:
	"""Places of the customer number and of the phone."""
	places = [str(heading or "").strip().upper() for heading in headings]
	by_number = next((place for place, heading in enumerate(places) if heading in NUMBER_HEADINGS), None)
	by_phone = next((place for place, heading in enumerate(places) if heading in PHONE_HEADINGS), None)
	if by_number is None and by_phone is None:
		frappe.throw(_("The list needs a column with the heading Customer Number or Phone."), SegmentError)
	return by_number, by_phone


def _names(document, rows, by_number: int | None, by_phone: int | None, taken: Taken) -> list[str]:
	"""The customers of some rows; what is wrong with the others is noted."""
	asked = []
	for number, cells in rows:
		name = str(cells[by_number] or "").strip() if by_number is not None else ""
		phone = str(cells[by_phone] or "").strip() if by_phone is not None else ""
		asked.append((number, name, phone, None if name or not phone else _normalised(phone)))
	known = _existing([name for _number, name, _phone, _normal in asked if name])
	owners = _by_phone([normal for *_rest, normal in asked if isinstance(normal, str)])
	allowed = _of_stores(document, [*known, *(name for names in owners.values() for name in names)])
	found = []
	for number, name, phone, normal in asked:
		# Of those who share a number, the customers of these stores are the ones who can be meant.
		candidates = ([name] if name in known else []) if name else sorted(set(owners.get(normal, ())) & allowed)
		if reason := _wrong(name, phone, normal, candidates, allowed):
			taken.problems.append({"row": number, "value": name or phone, "reason": reason})
		else:
			found.append(candidates[0])
	return found


def _wrong(name: str, phone: str, normal, candidates: list[str], allowed: set[str]) -> str | None:
	if isinstance(normal, Problem):
		return sentence(normal)
	if not name and not phone:
		return _("Neither customer number nor phone.")
	if len(candidates) > 1:
		return _("{0} customers have this phone; name the customer number.").format(len(candidates))
	# Whether another store knows somebody is not told.
	return None if candidates and candidates[0] in allowed else _not_ours()


def _not_ours() -> str:
	return _("No customer of the segment's stores.")


def _normalised(phone: str) -> str | Problem:
	try:
		return normalise_phone(phone, setting("default_region"))
	except Problem as problem:
		return problem


def _existing(names: list[str]) -> set[str]:
	return set(frappe.get_all(CUSTOMER, {"name": ["in", names or [""]]}, pluck="name", order_by=None))


def _by_phone(phones: list[str]) -> dict[str, set[str]]:
	owners: dict[str, set[str]] = {}
	rows = frappe.get_all(
		"C4S Customer Phone", {"phone": ["in", phones or [""]], "parenttype": CUSTOMER}, ["phone", "parent"], as_list=True, order_by=None
	)
	for phone, name in rows:
		owners.setdefault(phone, set()).add(name)
	return owners


def _of_stores(document, names: Sequence[str]) -> set[str]:
	customer, stores = frappe.qb.DocType(CUSTOMER), stores_of_segment(document)
	query = frappe.qb.from_(customer).select(customer.name).where(customer.name.isin(list(names) or [""]))
	return set((query if stores is None else query.where(is_customer_of(customer.name, stores))).run(pluck=True))
