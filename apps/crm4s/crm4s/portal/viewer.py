"""Who is here, and for whom he or she may look and act."""

from dataclasses import dataclass
from functools import cached_property

import frappe
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
	"""

	account: str
	user: str
	customer: str
	whole: tuple[str, ...]
	cars_of: tuple[str, ...]
	driven: tuple[str, ...]

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
	account = frappe.db.get_value(ACCOUNT, {"user": user, "status": ACTIVE}, ["name", "customer"], as_dict=True)
	if not account or frappe.db.get_value("C4S Customer", account.customer, "disabled"):
		return None
	whole, cars_of, driven = [account.customer], [], []
	for row in _accesses(account.name):
		if row.access_role == FLEET:
			whole.append(row.customer)
		elif row.access_role == FAMILY:
			cars_of.append(row.customer)
		elif row.vehicle:
			driven.append(row.vehicle)
	return Viewer(account.name, user, account.customer, tuple(whole), tuple(dict.fromkeys([*whole, *cars_of])), tuple(driven))


def _accesses(account: str) -> list:
	access, customer = frappe.qb.DocType(ACCESS), frappe.qb.DocType("C4S Customer")
	return (
		frappe.qb.from_(access)
		.join(customer)
		.on((customer.name == access.customer) & (customer.disabled == 0))
		.select(access.customer, access.access_role, access.vehicle)
		.where((access.account == account) & (access.valid_until.isnull() | (access.valid_until >= nowdate())))
		.run(as_dict=True)
	)
