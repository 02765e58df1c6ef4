"""What the desk calls to merge two customers. For whoever may create a C4S Merge, and works for all stores that know the two."""

import json

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.access.customers import CUSTOMER
from crm4s.access.required import require_document, require_permission
from crm4s.merging import fields, merge, rules, twins, undo
from crm4s.merging.moving import count_links
from crm4s.merging.rules import MERGE
from crm4s.settings import setting

HEAD = ("name", "customer_name", "masked_phone", "completeness_percent", "creation", "last_visit_on", "service_count")


@frappe.whitelist()
def compare(customer: str, other: str) -> dict:
	"""Two files side by side.

	Returns:
		`files`: of each name, customer_name, masked_phone, completeness_percent, creation, last_visit_on, service_count, links;
		`rows`: see `fields.side_by_side`; `refused`: why they cannot become one, else None; `undo_days`: for how many days a merge can be taken back.
	"""
	_require_both(customer, other)
	first, second = (frappe.get_doc(CUSTOMER, name) for name in (customer, other))
	files = [{**{field: file.get(field) for field in HEAD}, "links": count_links(file.name)} for file in (first, second)]
	return {"files": files, "rows": fields.side_by_side(first, second), "refused": _refusal(customer, other), "undo_days": cint(setting("merge_undo_days"))}


@frappe.whitelist(methods=["POST"])
def merge_customers(customer: str, other: str, reason: str, chosen: str = "[]") -> dict:
	"""Let the file `customer` take up everything of the file `other`, which is closed.

	Args:
		chosen: JSON list of fields whose value comes from `other` though `customer` has its own.

	Returns: `name` and `status` of the merge; *Waiting* while a job is at it.
	"""
	_require_both(customer, other)
	if not reason.strip():
		frappe.throw(_("Say in Reason how you know that the two are one customer."), frappe.MandatoryError)
	meta = frappe.get_meta(CUSTOMER)
	wanted = _fields_named(chosen) & fields.writable(meta.get_permlevel_access("write"))
	name = merge.begin(customer, other, wanted, reason)
	return frappe.db.get_value(MERGE, name, ["name", "status", "message"], as_dict=True)


@frappe.whitelist(methods=["POST"])
def undo_merge(merge: str, reason: str) -> dict:
	"""Make two files of one again; `status` of the merge afterwards, *To Be Undone* while a job is at it."""
	require_permission(MERGE, "create")
	document = require_document(MERGE, merge, "read", locking=False)
	rules.require_reach((document.customer, document.merged_customer))
	if not reason.strip():
		frappe.throw(_("Say in Reason why the two are different customers after all."), frappe.MandatoryError)
	undo.begin(document.name, reason)
	return frappe.db.get_value(MERGE, document.name, ["name", "status", "message"], as_dict=True)


@frappe.whitelist(methods=["POST"])
def set_apart(customer: str, other: str, reason: str = "") -> None:
	"""Remember that two customers are different people: they are offered no more."""
	_require_both(customer, other)
	if customer == other:
		frappe.throw(_("Choose two different customers to merge."))
	twins.set_apart(customer, other, reason)


def _require_both(customer: str, other: str) -> None:
	require_permission(MERGE, "create")
	for name in (customer, other):
		require_document(CUSTOMER, name, "write", locking=False)
	rules.require_reach((customer, other))


def _fields_named(chosen: str) -> set[str]:
	try:
		given = json.loads(chosen or "[]")
	except ValueError:
		given = None
	if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
		frappe.throw(_("Say the fields whose values are taken over as a list of their names."))
	return set(given)


def _refusal(customer: str, other: str) -> str | None:
	try:
		rules.require_mergeable(customer, other)
	except frappe.ValidationError as refusal:
		frappe.clear_last_message()
		return str(refusal)
	return None
