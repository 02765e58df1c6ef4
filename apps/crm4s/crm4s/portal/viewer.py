"""Who is here, and for whom he or she may look and act."""

from dataclasses import dataclass, field
from functools import cached_property

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import nowdate

from crm4s.parties import PARTY, is_of_today

ACCOUNT, ACCESS = "C4S Portal Account", "C4S Portal Access"
ROLE = "C4S Portal Customer"
ACTIVE = "Active"
# What somebody may be to another customer.
FAMILY, FLEET, DRIVER = "Family Member", "Fleet Manager", "Driver"
GUEST = "Guest"


@dataclass(frozen=True)
class Viewer:
	"""A customer who is signed in.

	Attributes:
		account: name of the C4S Portal Account.
		user: the user of Frappe behind it.
		customer: the person's own file.
		whole: customers whose every matter is the viewer's: the own file, and organisations whose fleet he or she manages.
		cars_of: customers whose cars he or she sees and brings to the store: `whole`, and those of the family.
		driven: single cars that he or she drives for somebody.
		customer_name, language: as the own file has them; not in the log of an error.
	"""

	account: str
	user: str
	customer: str
	whole: tuple[str, ...]
	cars_of: tuple[str, ...]
	driven: tuple[str, ...]
	customer_name: str = field(default="", repr=False)
	language: str | None = field(default=None, repr=False)

	@cached_property
	def cars(self) -> tuple[str, ...]:
		"""Names of the cars that the viewer owns, drives or pays for today, or sees for family and fleet."""
		party = frappe.qb.DocType(PARTY)
		names = (
			frappe.qb.from_(party)
			.select(party.parent)
			.where(party.customer.isin(self.cars_of) & is_of_today(party))
			.orderby(party.valid_from, party.parent)
			.run(pluck=True)
		)
		return tuple(dict.fromkeys([*names, *self.driven]))


def current() -> Viewer | None:
	"""The viewer of this request; None for a guest, for staff, and for an account that is locked."""
	user = frappe.session.user
	return None if user == GUEST else of_user(user)


def of_user(user: str) -> Viewer | None:
	rows = _account_with_accesses(user)
	if not rows:
		return None
	own = rows[0]
	whole, cars_of, driven = [own.customer], [], []
	for row in rows:
		if not row.shared_by:
			continue
		if row.access_role == FLEET:
			whole.append(row.shared_by)
		elif row.access_role == FAMILY:
			cars_of.append(row.shared_by)
		elif row.vehicle:
			driven.append(row.vehicle)
	return Viewer(own.name, user, own.customer, tuple(whole), tuple(dict.fromkeys([*whole, *cars_of])), tuple(driven), own.customer_name, own.language)


def _account_with_accesses(user: str) -> list:
	"""The account of a user with the own file, a row for each access of today and one where there is none; nothing where account or file is closed."""
	account, file, held = frappe.qb.DocType(ACCOUNT), frappe.qb.DocType("C4S Customer"), frappe.qb.DocType("C4S Customer").as_("held")
	access, other = frappe.qb.DocType(ACCESS), frappe.qb.DocType("C4S Customer").as_("other")
	return (
		frappe.qb.from_(account)
		.join(held)
		.on(held.name == account.customer)
		# The account of a file that was merged leads to the file into which it was.
		.join(file)
		.on((file.name == Coalesce(held.merged_into, held.name)) & (file.disabled == 0))
		.left_join(access)
		.on((access.account == account.name) & (access.valid_until.isnull() | (access.valid_until >= nowdate())))
		.left_join(other)
		.on((other.name == access.customer) & (other.disabled == 0))
		.select(account.name, file.name.as_("customer"), file.customer_name, file.language, other.name.as_("shared_by"), access.access_role, access.vehicle)
		.where((account.user == user) & (account.status == ACTIVE))
		.run(as_dict=True)
	)
