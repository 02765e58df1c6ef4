"""From prospect to customer, once: run again or run twice at the same moment, it gives the same customer (docs/decisions/conversion.md)."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.access.customers import CUSTOMER, sees_customer, take_up
from crm4s.access.lookup import find_in_group, require_may_take_up, take_up_relationship
from crm4s.access.required import require_permission
from crm4s.conversion.prospects import Prospect, prospect_of, require_source
from crm4s.exceptions import DuplicateCustomerError

CREATED, FOUND, TAKEN_UP, LINKED = "created", "found", "taken up", "linked"
# The first customers of a site meet at the counter of their names too: a deadlock there, then the phone, then the file is found.
TRIES = 4


@dataclass(frozen=True)
class Conversion:
	"""The customer, and how the prospect came to be that one: created, found, taken up from another store, or linked before."""

	customer: str
	outcome: str


def once(convert_somebody: Callable[[], Conversion], tries: int = TRIES) -> Conversion:
	"""Run a conversion that is all there is to do in the transaction, and again where somebody else was faster.

	The unique index of the phone lets one of two through. The other one cannot go on: what it has read is older than the new customer, so
	it begins anew, and finds the customer. Conversions inside larger transactions get the error, and their caller decides.
	"""
	try:
		return convert_somebody()
	except (DuplicateCustomerError, frappe.QueryDeadlockError):
		if tries == 1:
			raise
		frappe.db.rollback()
		frappe.clear_messages()
	return once(convert_somebody, tries - 1)


def convert(source_doctype: str, source_name: str, reason: str | None = None, customer: str | None = None) -> Conversion:
	"""The customer of a lead or showroom visit, which then links the customer's file.

	Args:
		reason: why another store's customer is taken up, needed only then.
		customer: a file of the user's store with the same, unverified, phone that is the prospect's.

	Raises:
		DuplicateCustomerError: somebody else made the customer at this moment; see `once`.
	"""
	require_source(source_doctype)
	# Two who convert the same document go one after the other.
	source = frappe.get_doc(source_doctype, source_name, for_update=True)
	if source.customer:
		return Conversion(source.customer, LINKED)
	conversion = convert_prospect(prospect_of(source), source, reason, customer)
	_link(source, conversion.customer)
	return conversion


def convert_prospect(prospect: Prospect, source=None, reason: str | None = None, customer: str | None = None) -> Conversion:
	"""The customer of a prospect, whatever document there is; without `source` it is a direct entry."""
	existing = customer_with(prospect.phone)
	if customer and not existing:
		return _chosen(prospect, customer)
	return _known(existing, prospect, reason) if existing else _make(prospect, source)


def customer_with(phone: str | None) -> str | None:
	"""The one customer of the group whose verified primary phone this is."""
	if not phone:
		return None
	row = frappe.db.get_value(CUSTOMER, {"unique_phone": phone}, ["name", "disabled"], as_dict=True)
	if row and row.disabled:
		frappe.throw(_("The customer with this phone number is disabled; ask a manager to enable the file first."))
	return row and row.name


def _make(prospect: Prospect, source) -> Conversion:
	require_permission(CUSTOMER, "create")
	file = frappe.get_doc(prospect.as_file())
	file.flags.origin = {
		"origin_doctype": source and source.doctype,
		"origin_name": source and source.name,
		"converted_on": now_datetime(),
	}
	return Conversion(file.insert().name, CREATED)


def _known(customer: str, prospect: Prospect, reason: str | None) -> Conversion:
	"""A file that exists: of the user's own store, or of another one and then taken up by the rules for that."""
	if sees_customer(customer):
		# Whoever works for the whole group may enter somebody for no store.
		if prospect.dealership:
			take_up(customer, prospect.dealership, reason)
		return Conversion(customer, FOUND)
	require_may_take_up()
	if not (reason or "").strip():
		frappe.throw(_("Another store of the group knows this person; give a reason for taking him or her up."))
	# Logged and limited, as every search in the group.
	find_in_group(phone=prospect.phone)
	take_up_relationship(customer, prospect.dealership, reason)
	return Conversion(customer, TAKEN_UP)


def _chosen(prospect: Prospect, customer: str) -> Conversion:
	"""The file that the user recognised; only among those with the prospect's phone, so that nobody is linked by mistake."""
	has_phone = frappe.db.exists("C4S Customer Phone", {"parent": customer, "parenttype": CUSTOMER, "phone": prospect.phone})
	if not (prospect.phone and has_phone and sees_customer(customer)):
		frappe.throw(_("Choose a customer of your store who has this phone number."), frappe.PermissionError)
	take_up(customer, prospect.dealership)
	return Conversion(customer, FOUND)


def _link(source, customer: str) -> None:
	"""The source names its customer, and so does the lead of a visit, which is about the same person."""
	_write_customer(source, customer)
	lead = source.get("lead")
	if lead and not frappe.db.get_value("C4S Lead", lead, "customer", for_update=True):
		_write_customer(frappe.get_doc("C4S Lead", lead), customer)


def _write_customer(document, customer: str) -> None:
	# The right to write the source was asked; the link to a customer whom the user sees now needs no more.
	document.flags.ignore_permissions = True
	document.customer = customer
	document.save()
