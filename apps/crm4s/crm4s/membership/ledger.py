"""The points ledger, and the one writer of what members have.

An entry is never changed. What is left of each lot stands with the member as JSON, so that one locked row says all that a booking needs to
know: looking for open lots among the entries would lock the gaps between those of neighbouring members, and people who redeem at the same
moment would end in a deadlock. `balance − debt` is the sum of a member's entries at any time.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate, now, now_datetime, nowdate

from crm4s.exceptions import PointsError
from crm4s.rows.writer import Writes, read_rows, update_rows
from crm4s.value.points import Account, Lot, NotEnoughPointsError

MEMBERSHIP, ENTRY = "C4S Membership", "C4S Points Entry"
EARN, REDEEM, EXPIRE, REVERSE, ADJUST = "Earn", "Redeem", "Expire", "Reverse", "Adjust"
MEMBER_FIELDS = ["name", "customer", "title", "status", "tier", "since", "balance", "debt", "lots", "next_expiry_on", "next_expiry_points"]
ACTIVE = "Active"
MOST_POINTS = 100_000_000
FEW = 20


@dataclass(frozen=True)
class Posting:
	"""Something that happens to a member's points.

	Args:
		source_key: what happened; the same key is entered once, whoever tries it again.
		points: how many: earned, redeemed or, with its sign, adjusted. A reversal takes them from the entry that it reverses.
		expires_on: the last day on which earned points count; None for ever.
		of_entry: the entry that is reversed.
	"""

	membership: str
	kind: str
	source_key: str
	points: int = 0
	expires_on: date | None = None
	of_entry: str | None = None
	dealership: str | None = None
	rule: str | None = None
	reference_doctype: str | None = None
	reference_name: str | None = None
	reason: str | None = None


def post(postings: Sequence[Posting]) -> dict[str, str]:
	"""Enter what happened, all of it or, with an error, nothing; in the caller's transaction.

	Members are locked in the order of their names, until the transaction ends. What has expired is booked out first.

	Returns: the name of the entry by source key, of those that are new.
	Raises:
		PointsError: a member has not as many points as are to be redeemed.
	"""
	return Booking({posting.membership for posting in postings}).enter(postings)


def expire(memberships: Iterable[str]) -> int:
	"""Book out what has expired of these members; how many entries that made."""
	booking = Booking(memberships)
	booking.enter([])
	return booking.expired


class Booking:
	"""Members locked, what happens to them, and what is written at the end."""

	def __init__(self, memberships: Iterable[str]):
		rows = read_rows(MEMBERSHIP, "name", sorted(memberships), MEMBER_FIELDS, locking=True)
		self.members = {row.name: row for row in rows}
		self.accounts = {row.name: account_of(row) for row in rows}
		self.now, self.today = now_datetime(), getdate(nowdate())
		self.writes, self.touched, self.expired = Writes(), set(), 0
		# As the ledger is, not as it was when this transaction began: two entries of a member have different times.
		self.names: dict[str, str] = {}

	def enter(self, postings: Sequence[Posting]) -> dict[str, str]:
		known = self._known(postings)
		new = [posting for posting in unique(postings) if posting.source_key not in known]
		self.reversed = self._reversed(new)
		for membership in self.accounts:
			self._expire(membership)
		for posting in new:
			self._apply(posting)
		self._write()
		return self.names

	def _known(self, postings: Sequence[Posting]) -> set[str]:
		rows = read_rows(ENTRY, "source_key", [posting.source_key for posting in postings], ["source_key"])
		return {row.source_key for row in rows}

	def _reversed(self, postings: Sequence[Posting]) -> dict[str, dict]:
		"""The entries that are to be reversed, each with what has expired of it."""
		names = [posting.of_entry for posting in postings if posting.of_entry]
		columns = ["name", "membership", "entry_kind", "points", "expires_on", "taken_from"]
		rows = {row.name: row for row in read_rows(ENTRY, "name", names, columns)}
		gone: dict[str, int] = defaultdict(int)
		for row in read_rows(ENTRY, "of_entry", rows, ["of_entry", "points", "entry_kind"]):
			gone[row.of_entry] -= row.points if row.entry_kind == EXPIRE else 0
		lots = {lot for row in rows.values() for lot in json.loads(row.taken_from or "{}")}
		self.expiry = {row.name: row.expires_on for row in read_rows(ENTRY, "name", lots, ["name", "expires_on"])}
		for name, row in rows.items():
			row.expired = gone[name]
		return rows

	def _expire(self, membership: str) -> None:
		for lot, points in self.accounts[membership].expire(self.today).items():
			# A lot expires again when points of it came back after its last day; nobody tries the same expiry twice, as the lot is locked.
			key = f"expire|{lot}|{frappe.generate_hash(length=8)}"
			self._add(Posting(membership, EXPIRE, key, of_entry=lot), -points)
			self.expired += 1

	def _apply(self, posting: Posting) -> None:
		member, account = self.members.get(posting.membership), self.accounts.get(posting.membership)
		if not member:
			frappe.throw(_("There is no membership {0}.").format(frappe.utils.escape_html(posting.membership)), frappe.DoesNotExistError)
		if abs(posting.points) > MOST_POINTS:
			frappe.throw(_("That are more points than anybody can have."), PointsError)
		if posting.kind == REVERSE:
			self._reverse(posting, account)
		elif posting.kind == REDEEM or posting.points < 0:
			self._take(posting, account)
		else:
			name = self._add(posting, posting.points, expires_on=posting.expires_on)
			account.earn(name, posting.points, posting.expires_on)

	def _take(self, posting: Posting, account: Account) -> None:
		points = abs(posting.points)
		try:
			taken = account.take(points)
		except NotEnoughPointsError:
			frappe.throw(
				_("{0} has {1} points, and {2} are needed.").format(
					frappe.bold(frappe.utils.escape_html(self.members[posting.membership].title or "")), account.balance, points
				),
				PointsError,
			)
		self._add(posting, -points, taken_from=json.dumps(taken))

	def _reverse(self, posting: Posting, account: Account) -> None:
		entry = self.reversed.get(posting.of_entry)
		if not entry or entry.membership != posting.membership or entry.entry_kind not in (EARN, ADJUST, REDEEM):
			frappe.throw(_("This entry cannot be reversed."), PointsError)
		if entry.points >= 0:
			points = entry.points - entry.expired
			account.reverse(entry.name, points)
			self._add(posting, -points)
			return
		taken = json.loads(entry.taken_from or "{}")
		account.put_back(taken, {lot: self.expiry.get(lot) for lot in taken})
		self._add(posting, -entry.points)
		self._expire(posting.membership)

	def _add(self, posting: Posting, points: int, **values) -> str:
		name = frappe.generate_hash(length=16)
		self.writes.insert(
			ENTRY,
			{
				"name": name,
				"membership": posting.membership,
				"customer": self.members[posting.membership].customer,
				"entry_kind": posting.kind,
				"points": points,
				"posted_on": self.now,
				**{field: getattr(posting, field) for field in ("of_entry", "dealership", "rule", "reference_doctype", "reference_name", "reason")},
				"source_key": posting.source_key,
				"expires_on": None,
				"taken_from": None,
				**values,
			},
		)
		self.touched.add(posting.membership)
		self.names[posting.source_key] = name
		return name

	def _write(self) -> None:
		try:
			self.writes.flush()
		except Exception as error:
			if not frappe.db.is_unique_key_violation(error):
				raise
			frappe.throw(_("Somebody entered the same a moment ago; open it again."), frappe.UniqueValidationError)
		write_members([{"name": membership, **state_of(self.accounts[membership])} for membership in sorted(self.touched)])


def write_members(changes: Sequence[dict]) -> None:
	"""Write columns of memberships that are locked; what the framework remembers of them is forgotten, one by one only where they are few."""
	stamp = {"modified": now(), "modified_by": frappe.session.user}
	update_rows(MEMBERSHIP, [{**change, **stamp} for change in changes])
	for name in [change["name"] for change in changes] if len(changes) <= FEW else [None]:
		frappe.clear_document_cache(MEMBERSHIP, name)


def unique(postings: Sequence[Posting]) -> list[Posting]:
	"""The first of those with the same key."""
	return list({posting.source_key: posting for posting in reversed(postings)}.values())[::-1]


def account_of(member) -> Account:
	"""What a member has, out of the row of the membership."""
	lots = [Lot(entry, remaining, getdate(day) if day else None) for entry, remaining, day in json.loads(member.lots or "[]")]
	return Account(lots, member.debt or 0)


def state_of(account: Account) -> dict:
	"""The columns of the membership that say what the member has."""
	day, points = account.next_expiry()
	return {
		"balance": account.balance,
		"debt": account.debt,
		"next_expiry_on": day,
		"next_expiry_points": points,
		"lots": json.dumps([[lot.entry, lot.remaining, str(lot.expires_on) if lot.expires_on else None] for lot in account.lots]),
	}


def membership_of(customer: str | None) -> str | None:
	"""The customer's membership that goes on; None for who is no member."""
	return frappe.db.get_value(MEMBERSHIP, {"customer": customer, "status": ACTIVE}) if customer else None
