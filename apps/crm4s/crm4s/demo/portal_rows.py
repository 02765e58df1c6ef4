"""Customers of the demo who use their pages: an owner of two cars with much to see, a member of the household, a fleet manager; a way in for the first."""

from collections import Counter

import frappe

from crm4s import portal_link
from crm4s.demo.campaign_rows import STORE
from crm4s.parties import PARTY, is_of_today
from crm4s.portal import accounts, people
from crm4s.portal.viewer import ACCESS, ACCOUNT, FAMILY, FLEET

CUSTOMER, PRIVATE = "C4S Customer", "Private"
DEMO = "demo:%"
LINK_DAYS = 7
# Of the owners of two cars the one with most of these is the first.
TO_SEE = (
	("C4S Store Relationship", {"dealership": STORE}),
	("C4S Membership", {"balance": [">", 0]}),
	("C4S Coupon", {"status": "Usable"}),
	("C4S Service Visit", {"status": "Open"}),
	("C4S Service Appointment", {"status": "Booked"}),
	("C4S Complaint", {"status": ["!=", "Closed"]}),
)
BY = "演示 demo"


def write_accounts(_demo=None) -> None:
	"""Accounts for three customers, the owner of two cars first; again and again makes no more."""
	owner, relative, manager = _people()
	for customer in filter(None, (owner, relative, manager)):
		accounts.open_for(customer)
	company = _with_most_cars(private=False)[:1]
	if owner and relative:
		people.let_in(people.Grant(owner, FAMILY, None), _account(relative), BY)
	if manager and company:
		_let_manage(manager, company[0])


def way_in() -> str | None:
	"""The address of a new link for the first of them, good for some days; None in a site without them. Not committed."""
	first = frappe.get_all(ACCOUNT, {"status": "Active"}, pluck="customer", order_by="name", limit=1)
	return portal_link.make(first[0], hours=LINK_DAYS * 24) if first else None


def _people() -> list[str | None]:
	found = _with_most_cars(private=True)[:3]
	return [*found, *[None] * (3 - len(found))]


def _with_most_cars(private: bool) -> list[str]:
	"""Demo customers who own cars today, those with two first where they are private, those with most where they are not."""
	party, customer = frappe.qb.DocType(PARTY), frappe.qb.DocType(CUSTOMER)
	rows = (
		frappe.qb.from_(party)
		.join(customer)
		.on(customer.name == party.customer)
		.select(customer.name)
		.where((party.party_role == "Owner") & is_of_today(party) & customer.external_key.like(DEMO) & (customer.disabled == 0))
		.where((customer.customer_kind == PRIVATE) if private else (customer.customer_kind != PRIVATE))
		.orderby(customer.name)
		.run(pluck=True)
	)
	counts = Counter(rows)
	if not private:
		return sorted(counts, key=lambda name: (-counts[name], name))
	seen = Counter(customer for doctype, filters in TO_SEE for customer in set(frappe.get_all(doctype, filters, pluck="customer", limit_page_length=0)))
	return sorted(counts, key=lambda name: (counts[name] != 2, -seen[name], name))


def _let_manage(manager: str, company: str) -> None:
	access = {"account": _account(manager), "customer": company, "access_role": FLEET}
	if not frappe.db.exists(ACCESS, access):
		frappe.get_doc({"doctype": ACCESS, "granted_by": BY, **access}).insert(ignore_permissions=True)


def _account(customer: str) -> str:
	return frappe.db.get_value(ACCOUNT, {"customer": customer})
