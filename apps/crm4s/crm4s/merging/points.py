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
	before = read_rows(MEMBERSHIP, "name", [other], ["name", "status"], locking=True)[0]
	write_members([{"name": other, "status": ENDED}])
	record.changed(MEMBERSHIP, other, before, {**before, "status": ENDED})
	mine_now = read_rows(MEMBERSHIP, "name", [mine], ["name", "status"], locking=True)[0]
	if before.status == ACTIVE and mine_now.status != ACTIVE:
		write_members([{"name": mine, "status": ACTIVE}])
		record.changed(MEMBERSHIP, mine, mine_now, {**mine_now, "status": ACTIVE})


def part(merge: str) -> None:
	"""Reverse what `join` entered. Points that were spent since are owed by who spent them."""
	entries = frappe.get_all(ENTRY, {"source_key": ["like", f"merge|{merge}|%"]}, ["name", "membership", "points"], order_by=None)
	# What came is given back before it is put back where it came from.
	for entry in sorted(entries, key=lambda row: -row.points):
		post([Posting(entry.membership, REVERSE, f"undo|{merge}|{entry.name}", of_entry=entry.name)])


def _member(customer: str) -> str | None:
	return frappe.db.get_value(MEMBERSHIP, {"customer": customer})


def _hand_over(other: str, mine: str, merge: str) -> None:
	rows = {row.name: row for row in read_rows(MEMBERSHIP, "name", sorted((other, mine)), MEMBER_FIELDS, locking=True)}
	account = account_of(rows[other])
	if not account.balance:
		return
	given = [
		Posting(mine, ADJUST, f"merge|{merge}|{place}", lot.remaining, lot.expires_on, reason=other) for place, lot in enumerate(account.lots)
	]
	post([Posting(other, ADJUST, f"merge|{merge}|all", -account.balance, reason=mine), *given])
