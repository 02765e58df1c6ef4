"""Find a customer of another store of the group, and take up a relationship with him or her.

Only exact phone, identity document number or VIN find anybody; what comes back is masked, and each search is written to C4S Query Log.
"""

import json

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from crm4s.access.customers import CUSTOMER, RELATIONSHIP, sees_customer, take_up
from crm4s.access.own_store import own_store
from crm4s.access.required import require_store
from crm4s.edge import plain_refusal
from crm4s.exceptions import TooManyLookupsError
from crm4s.identifiers.masking import mask_identity_number, mask_name, mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.vin import normalise_vin
from crm4s.identity_numbers import keys_of
from crm4s.settings import setting

QUERY_LOG = "C4S Query Log"
KIND = "Group Lookup"
MOST_FOUND = 10
FOUND_FOR_SECONDS = 30 * 60


@frappe.whitelist(methods=["POST"])
def find_in_group(phone: str | None = None, identity_number: str | None = None, vin: str | None = None) -> list[dict]:
	"""Customers of the whole group with exactly this phone, document number or VIN, masked; one of the three is enough.

	For those who may take up relationships.
	"""
	require_may_take_up()
	require_lookups_left()
	names, criteria = _search(phone, identity_number, vin)
	found = [_masked(row) for row in _rows(names)]
	_remember(found)
	_log(criteria, len(found))
	return found


@frappe.whitelist(methods=["POST"])
def take_up_relationship(customer: str, dealership: str, reason: str) -> str:
	"""Name of the relationship of one of the caller's stores with a customer whom the caller found in the last half hour.

	For those who may create relationships; the row itself notes who took up whom, when and why.
	"""
	require_may_take_up()
	require_store(dealership)
	if not (reason or "").strip():
		frappe.throw(_("Give a reason for taking up this customer."))
	if not (_was_found(customer) or sees_customer(customer)):
		frappe.throw(_("Find the customer in the group first; the result stays valid for half an hour."), frappe.PermissionError)
	return take_up(customer, dealership, reason.strip())


def require_may_take_up() -> None:
	"""Refuse whoever may not create relationships between customers and stores."""
	if not frappe.has_permission(RELATIONSHIP, "create"):
		frappe.throw(_("You may not look for customers of other stores."), frappe.PermissionError)


def require_lookups_left() -> None:
	"""Refuse a user who asked more often within an hour than the group allows: nobody shall try out numbers."""
	allowed = setting("group_lookups_per_hour")
	since = add_to_date(now_datetime(), hours=-1)
	asked = frappe.db.count(
		QUERY_LOG, {"kind": KIND, "user": frappe.session.user, "queried_on": [">", since]}
	)
	if asked >= allowed:
		frappe.throw(
			_("You looked for customers of the group {0} times within an hour; {1} are allowed.").format(asked, allowed),
			TooManyLookupsError,
		)


def _search(phone: str | None, identity_number: str | None, vin: str | None) -> tuple[list[str], dict]:
	"""The names found, and what was searched for as the log may keep it."""
	if phone:
		with plain_refusal():
			number = normalise_phone(phone, setting("default_region"))
		return _with_phone(number), {"phone": mask_phone(number)}
	if identity_number:
		return _with_identity_number(identity_number), {"identity_number": mask_identity_number(identity_number)}
	if vin:
		with plain_refusal():
			number = normalise_vin(vin)
		return _with_vin(number), {"vin": number}
	frappe.throw(_("Enter a phone number, a document number or a VIN."))


def _with_phone(phone: str) -> list[str]:
	return frappe.get_all(
		"C4S Customer Phone", filters={"phone": phone, "parenttype": CUSTOMER}, pluck="parent", limit=MOST_FOUND, distinct=True
	)


def _with_identity_number(raw: str) -> list[str]:
	"""Whoever asks need not know the kind of the document: each kind that could have such a number is tried."""
	return frappe.get_all(CUSTOMER, filters={"identity_key": ["in", keys_of(raw) or [""]]}, pluck="name", limit=MOST_FOUND)


def _with_vin(vin: str) -> list[str]:
	return frappe.get_all("C4S Vehicle", filters={"vin": vin, "current_owner": ["is", "set"]}, pluck="current_owner")


def _rows(names: list[str]) -> list[dict]:
	if not names:
		return []
	return frappe.get_all(
		CUSTOMER,
		filters={"name": ["in", names], "disabled": 0},
		fields=["name", "customer_name", "masked_phone", "masked_identity_number", "city"],
		order_by="name",
	)


def _masked(row: dict) -> dict:
	stores = frappe.get_all(RELATIONSHIP, filters={"customer": row["name"]}, pluck="dealership", order_by="dealership")
	return {
		"customer": row["name"],
		"name": mask_name(row["customer_name"]),
		"phone": row["masked_phone"],
		"identity_number": row["masked_identity_number"],
		"city": row["city"],
		"cars": frappe.db.count("C4S Vehicle", {"current_owner": row["name"]}),
		"stores": frappe.get_all(
			"C4S Dealership", filters={"name": ["in", stores or [""]]}, pluck="dealership_name", order_by="lft"
		),
		"is_own": sees_customer(row["name"]),
	}


def _remember(found: list[dict]) -> None:
	for row in found:
		frappe.cache.set_value(_found_key(row["customer"]), 1, expires_in_sec=FOUND_FOR_SECONDS)


def _was_found(customer: str) -> bool:
	return bool(frappe.cache.get_value(_found_key(customer), expires=True))


def _found_key(customer: str) -> str:
	return f"c4s_found_in_group:{frappe.session.user}:{customer}"


def _log(criteria: dict, found: int) -> None:
	frappe.get_doc(
		{
			"doctype": QUERY_LOG,
			"kind": KIND,
			"user": frappe.session.user,
			"dealership": own_store(),
			"queried_on": now_datetime(),
			"criteria": json.dumps(criteria, ensure_ascii=False),
			"result_count": found,
		}
	).insert(ignore_permissions=True)
