"""Who may sign in. The only writer of C4S Portal Account and of the user behind it."""

import frappe
from frappe import _
from frappe.utils import cint, now_datetime, validate_email_address

from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.portal.viewer import ACCOUNT, ACTIVE, ROLE
from crm4s.settings import setting

CUSTOMER, USER = "C4S Customer", "User"
# Nobody writes to this address: who signs in is known by the phone, the e-mail address or a link.
DOMAIN = "customer.invalid"
MOST_SESSIONS = 10
# Without a picture Frappe asks gravatar.com for one.
PICTURE = "/assets/frappe/images/default-avatar.png"


def customer_of(address: str) -> tuple[str, str] | None:
	"""The customer who signs in with a phone number or an e-mail address, and the address in its normal form; None where it is nobody's alone.

	A number counts that is the main one of one customer: those that a household or a company shares would open one person's file to another.
	"""
	known_as = normal_form(address)
	if not known_as:
		return None
	if "@" in known_as:
		found = frappe.get_all(CUSTOMER, {"email": known_as, "disabled": 0}, pluck="name", limit=2)
		return (found[0], known_as) if len(found) == 1 else None
	proven = frappe.db.get_value(CUSTOMER, {"unique_phone": known_as, "disabled": 0})
	found = [proven] if proven else _sole_holders(known_as)
	return (found[0], known_as) if len(found) == 1 else None


def normal_form(address: str) -> str | None:
	"""A phone number or an e-mail address as it is stored; None if it is neither."""
	if "@" in address:
		return validate_email_address(address.strip().lower()) or None
	return value_or_none(normalise_phone, address, setting("default_region"))


def _sole_holders(phone: str) -> list[str]:
	"""Customers whose main number this is and who share it with nobody."""
	row, customer = frappe.qb.DocType("C4S Customer Phone"), frappe.qb.DocType(CUSTOMER)
	return (
		frappe.qb.from_(row)
		.join(customer)
		.on((customer.name == row.parent) & (row.parenttype == CUSTOMER))
		.select(customer.name)
		.where((row.phone == phone) & (row.is_primary == 1) & (row.is_shared == 0) & (customer.disabled == 0))
		.limit(2)
		.run(pluck=True)
	)


def open_for(customer: str, invited_by: str | None = None):
	"""The account of a customer, made where there is none; its user too: `name`, `user`, `status`, `first_sign_in_on`. Two at once make one.

	Raises:
		frappe.ValidationError: the customer's file is closed.
	"""
	account = _account_of(customer) or _make(customer)
	if invited_by:
		frappe.db.set_value(ACCOUNT, account.name, {"invited_on": now_datetime(), "invited_by": invited_by})
	return account


def _account_of(customer: str):
	return frappe.db.get_value(ACCOUNT, {"customer": customer}, ["name", "customer", "user", "status", "first_sign_in_on"], as_dict=True)


def _make(customer: str):
	closed = frappe.db.get_value(CUSTOMER, customer, "disabled", for_update=True)
	# Somebody else may have made it while this waited for the file.
	if account := _account_of(customer):
		return account
	if closed != 0:
		frappe.throw(_("The customer's file is closed; open it before inviting to the portal."))
	return frappe.get_doc({"doctype": ACCOUNT, "customer": customer, "user": _make_user(customer), "status": ACTIVE}).insert(ignore_permissions=True)


def note_sign_in(account) -> None:
	now = now_datetime()
	frappe.db.set_value(ACCOUNT, account.name, {"first_sign_in_on": account.first_sign_in_on or now, "last_sign_in_on": now}, update_modified=False)


def prove_phone(customer: str, phone: str) -> None:
	"""A number by which somebody got in is proven; where it was not, the file says so now."""
	file = frappe.get_doc(CUSTOMER, customer)
	row = next((row for row in file.phones if row.phone == phone and row.is_primary and not row.is_shared), None)
	if row and not cint(row.is_verified):
		row.is_verified = 1
		file.flags.ignore_permissions = True
		file.save()


def _make_user(customer: str) -> str:
	"""A user of the website whose name says nothing of the person, who has no password and gets no letters of the framework."""
	email = f"{frappe.generate_hash(length=20)}@{DOMAIN}"
	user = frappe.new_doc(USER)
	user.update(
		{
			"name": email,
			"email": email,
			"first_name": _("Customer {0}").format(customer),
			"full_name": _("Customer {0}").format(customer),
			"user_type": "Website User",
			"enabled": 1,
			"simultaneous_sessions": MOST_SESSIONS,
			"user_image": PICTURE,
		}
	)
	# As rows: Frappe refuses more than sixty new users an hour, and would make a contact in the address book of each.
	user.db_insert()
	_row("Has Role", parent=email, parenttype=USER, parentfield="roles", idx=1, role=ROLE)
	_row("Notification Settings", name=email, user=email, enabled=0)
	return email


def _row(doctype: str, **values) -> None:
	frappe.get_doc({"doctype": doctype, **values}).db_insert()


def remove_users() -> None:
	"""At the app's removal: the users that were made for customers, who are nobody without it."""
	ours = ["like", f"%@{DOMAIN}"]
	for doctype in ("Notification Settings", USER):
		frappe.db.delete(doctype, {"name": ours})
	frappe.db.delete("Has Role", {"parenttype": USER, "parent": ours})
	frappe.db.delete("Sessions", {"user": ours})
