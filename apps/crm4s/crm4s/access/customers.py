"""Who sees which customer: a store sees the customers with whom it has a C4S Store Relationship.

A customer has one file in the group, so the documents of customers and of what belongs to them carry no store; whether
somebody sees them follows from the relationships of his or her stores.
"""

import frappe
from frappe import _

from crm4s.access.own_store import own_store
from crm4s.access.stores import has_store_permission, quoted_list, store_condition, stores_of
from crm4s.settings import setting

CUSTOMER = "C4S Customer"
RELATIONSHIP = "C4S Store Relationship"
FEW_CUSTOMERS = 1000
SHARED_RIGHTS = frozenset({"read", "select", "print", "email", "report", "export"})


def related_condition(column: str, user: str | None = None) -> str:
	"""SQL condition that `column` holds a customer of the user's stores; empty for the whole group.

	`column` is SQL of ours, such as "`tabC4S Lead`.`customer`", never what somebody typed.
	"""
	stores = stores_of(user)
	if stores is None:
		return ""
	return (
		f"exists (select 1 from `tab{RELATIONSHIP}` relationship where relationship.customer = {column}"
		f" and relationship.dealership in {quoted_list(stores)})"
	)


def customer_condition(user: str | None = None) -> str:
	"""SQL condition that keeps the customers of the user's stores."""
	return related_condition(f"`tab{CUSTOMER}`.`name`", user)


def sees_customer(customer: str | None, user: str | None = None) -> bool:
	"""Whether one of the user's stores has a relationship with `customer`; the counterpart of `customer_condition`.

	Whoever sees a file may also open one that was merged into it, so that links to that lead on; lists do not show it.
	"""
	stores = stores_of(user)
	if stores is None:
		return True
	if _is_known_to(stores, customer):
		return True
	merged_into = customer and frappe.db.get_value(CUSTOMER, customer, "merged_into")
	return bool(merged_into) and _is_known_to(stores, merged_into)


def _is_known_to(stores: list[str], customer: str | None) -> bool:
	return bool(frappe.db.exists(RELATIONSHIP, {"customer": customer, "dealership": ["in", stores or [""]]}))


def require_customer(customer: str | None, user: str | None = None) -> None:
	"""Refuse a link to a customer whom the user does not see: what is fetched along would tell who that is."""
	if customer and not sees_customer(customer, user):
		frappe.throw(
			_("Customer {0} is not a customer of your store; find the customer in the group and take up a relationship first.").format(
				frappe.bold(frappe.utils.escape_html(customer))
			),
			frappe.PermissionError,
		)


def dealing_condition(doctype: str, user: str | None = None, customer_field: str = "customer") -> str:
	"""SQL condition for what a store deals with its customers: its own, and those of other stores where the group shares them."""
	own = store_condition(doctype, user)
	if not own or not _stores_share_dealings():
		return own
	return f"({own} or {_known_customer(f'`tab{doctype}`.`{customer_field}`', user)})"


def _known_customer(column: str, user: str | None) -> str:
	"""Like `related_condition`, but with the names of a store that knows few customers.

	A sub-query beside an `or` reads the whole table until a page is full, which a store that has hardly anything never fills; names are
	looked up in the index.
	"""
	names = frappe.get_all(
		RELATIONSHIP, {"dealership": ["in", stores_of(user) or [""]]}, pluck="customer", order_by=None, limit=FEW_CUSTOMERS + 1
	)
	return f"{column} in {quoted_list(names)}" if len(names) <= FEW_CUSTOMERS else related_condition(column, user)


def has_dealing_permission(document, ptype: str | None = None, user: str | None = None, customer_field: str = "customer") -> bool:
	"""The counterpart of `dealing_condition`; what is shared is shared for reading."""
	if has_store_permission(document, user):
		return True
	if ptype == "create" and not document.get("dealership"):
		# It gets the own store before it is saved (take_own_store), or is refused for want of one, and that is said more clearly.
		return bool(stores_of(user))
	if ptype not in SHARED_RIGHTS or not _stores_share_dealings():
		return False
	return bool(document.get(customer_field)) and sees_customer(document.get(customer_field), user)


def own_dealings(doctype: str) -> list[list]:
	"""Filters that keep what the current user's stores deal themselves, for figures: what is shared is read, not counted as one's own."""
	field, stores = frappe.get_meta(doctype).get_field("dealership"), stores_of()
	if stores is None or not field or not (field.reqd and field.ignore_user_permissions):
		return []
	return [["dealership", "in", stores or [""]]]


def store_of_new_customer(asked: str | None = None, user: str | None = None) -> str | None:
	"""The store that takes up a customer whom `user` enters: the one asked for, else the default, else the only one.

	None for somebody who works for the whole group and asked for none.
	"""
	stores = stores_of(user)
	if asked:
		if stores is not None and asked not in stores:
			frappe.throw(_("You do not work for store {0}.").format(frappe.bold(asked)), frappe.PermissionError)
		return asked
	if stores is None:
		return None
	store = own_store(user)
	if store:
		return store
	if not stores:
		frappe.throw(_("You are assigned to no store; ask an administrator to assign you to one."), frappe.PermissionError)
	frappe.throw(_("You work for several stores; choose the one that takes up this customer."))


def take_up(customer: str, dealership: str, reason: str | None = None) -> str:
	"""Name of the relationship between customer and store, made now if there is none. Who may do that is the caller's question."""
	key = {"customer": customer, "dealership": dealership}
	existing = frappe.db.get_value(RELATIONSHIP, key)
	if existing:
		return existing
	relationship = frappe.get_doc({"doctype": RELATIONSHIP, **key, "reason": reason})
	try:
		return relationship.insert(ignore_permissions=True).name
	except frappe.UniqueValidationError:
		# A colleague was faster by less than a transaction. The latest row, not the one of our snapshot.
		frappe.clear_last_message()
		return frappe.db.get_value(RELATIONSHIP, key, for_update=True)


def _stores_share_dealings() -> bool:
	return bool(setting("stores_share_dealings"))
