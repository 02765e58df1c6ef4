"""Two accounts of points become one: by entries of the ledger, which is never changed, and back by reversing them."""

import frappe

from crm4s.membership.ledger import ACTIVE, ADJUST, ENTRY, MEMBER_FIELDS, MEMBERSHIP, REVERSE, Posting, account_of, post, write_members
from crm4s.merging.record import Record
from crm4s.rows.writer import read_rows

ENDED = "Ended"


def join(closing: str, remaining: str, record: Record) -> None:
	"""What the closed file's member has goes to the remaining file's, lot by lot with its last day; the former membership ends.

	Where one of the two is no member, nothing is to be done: the membership moves like every other link.
	"""
	mine, other = (_member(customer) for customer in (remaining, closing))
	if not mine or not other:
		return
	_hand_over(other, mine, record.merge)
	other_before, mine_before = (_locked(name, ["status"]).status for name in (other, mine))
	_write_status(other, ENDED, record)
	if other_before == ACTIVE and mine_before != ACTIVE:
		_write_status(mine, ACTIVE, record)


def part(merge: str) -> None:
	"""Reverse what `join` entered. Points that were spent since are owed by who spent them."""
	entries = frappe.get_all(ENTRY, {"source_key": ["like", f"merge|{merge}|%"]}, ["name", "membership", "points"], order_by=None)
	# What came is given back before it is put back where it came from.
	for entry in sorted(entries, key=lambda row: -row.points):
		post([Posting(entry.membership, REVERSE, f"undo|{merge}|{entry.name}", of_entry=entry.name)])


def _member(customer: str) -> str | None:
	return frappe.db.get_value(MEMBERSHIP, {"customer": customer})


def _write_status(member: str, status: str, record: Record) -> None:
	"""With who changed the row last and when, which the undo puts back as well."""
	columns = ["status", "modified", "modified_by"]
	before = _locked(member, columns)
	write_members([{"name": member, "status": status}])
	record.changed(MEMBERSHIP, member, before, _locked(member, columns))


def _locked(member: str, columns: list[str]):
	return read_rows(MEMBERSHIP, "name", [member], ["name", *columns], locking=True)[0]


def _hand_over(other: str, mine: str, merge: str) -> None:
	rows = {row.name: row for row in read_rows(MEMBERSHIP, "name", sorted((other, mine)), MEMBER_FIELDS, locking=True)}
	account = account_of(rows[other])
	if not account.balance:
		return
	given = [
		Posting(mine, ADJUST, f"merge|{merge}|{place}", lot.remaining, lot.expires_on, reason=other) for place, lot in enumerate(account.lots)
	]
	post([Posting(other, ADJUST, f"merge|{merge}|all", -account.balance, reason=mine), *given])
