"""What may not be merged, and what may not be taken back; each refusal is one sentence."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import escape_html, format_date, getdate, nowdate

from crm4s.access.customers import CUSTOMER, RELATIONSHIP, require_customer
from crm4s.access.stores import stores_of
from crm4s.privacy import holds

MERGE, REQUEST, MEMBERSHIP = "C4S Merge", "C4S Data Request", "C4S Membership"
WAITING, MERGED, TO_UNDO, UNDONE, FAILED = "Waiting", "Merged", "To Be Undone", "Undone", "Failed"
UNDER_WAY = (WAITING, TO_UNDO)
COLUMNS = ["name", "customer_name", "customer_kind", "disabled", "erased_on", "merged_into"]


def require_reach(customers: Iterable[str], user: str | None = None) -> None:
	"""Refuse whoever does not see the files, or does not work for all stores that know them: the file is theirs as well.

	Raises:
		frappe.PermissionError: as said.
	"""
	names = list(customers)
	for name in names:
		require_customer(name, user)
	stores = stores_of(user)
	if stores is None:
		return
	others = frappe.get_all(RELATIONSHIP, {"customer": ["in", names], "dealership": ["not in", stores or [""]]}, pluck="dealership", limit=1)
	if others:
		frappe.throw(_("Another store knows one of these customers too; let somebody merge them who works for all of its stores."), frappe.PermissionError)


def lock_files(customers: Iterable[str]) -> dict[str, frappe._dict]:
	"""The files as they are now, kept so until the transaction ends; always in the same order."""
	return {name: row for name in sorted(set(customers)) if (row := frappe.db.get_value(CUSTOMER, name, COLUMNS, as_dict=True, for_update=True))}


def require_mergeable(remaining: str, closing: str, apart_from: str | None = None) -> None:
	"""
	Args:
		apart_from: the merge that asks for itself.

	Raises:
		frappe.ValidationError: the two cannot become one file; the sentence says why.
	"""
	if remaining == closing:
		frappe.throw(_("Choose two different customers to merge."))
	files = lock_files((remaining, closing))
	for name in (remaining, closing):
		_require_open_file(name, files.get(name))
	_refuse_another_merge((remaining, closing), apart_from)
	if (files[remaining].customer_kind == "Private") != (files[closing].customer_kind == "Private"):
		frappe.throw(_("A person and an organisation are not merged; change Customer Kind first if one of them is wrong."))
	_refuse_held((remaining, closing))
	_refuse_request((remaining, closing))
	_refuse_debt(remaining, closing)


def require_undoable(merge) -> None:
	"""
	Raises:
		frappe.ValidationError: the merge cannot be taken back (any more).
	"""
	if merge.status not in (MERGED, TO_UNDO):
		frappe.throw(_("This merge cannot be undone: it is {0}.").format(_(merge.status)))
	if not merge.undo_until or getdate(merge.undo_until) < getdate(nowdate()):
		frappe.throw(_("A merge can be undone until {0}; what is needed for it is gone since.").format(format_date(merge.undo_until)))
	file = lock_files((merge.customer, merge.merged_customer)).get(merge.customer)
	if not file or file.erased_on:
		frappe.throw(_("This person was erased since; the merge stays."))
	if file.merged_into:
		frappe.throw(_("Customer {0} was merged into {1} since; undo that merge first.").format(file.name, file.merged_into))
	_refuse_held((merge.customer, merge.merged_customer))


def _require_open_file(name: str, file) -> None:
	if not file:
		frappe.throw(_("There is no customer {0}.").format(escape_html(name)), frappe.DoesNotExistError)
	if file.erased_on:
		frappe.throw(_("Customer {0} was erased on request and is not merged.").format(name))
	if file.merged_into:
		frappe.throw(_("Customer {0} is merged into {1} already.").format(name, file.merged_into))


def _refuse_another_merge(names: tuple[str, str], apart_from: str | None) -> None:
	# Not a locking read, which would hold up others' merges: of two that begin at once the second one fails when it is carried out.
	for column in ("customer", "merged_customer"):
		other = frappe.db.get_value(MERGE, {column: ["in", names], "status": ["in", UNDER_WAY], "name": ["!=", apart_from or ""]})
		if other:
			frappe.throw(_("One of these customers is being merged in {0}; wait until that is done.").format(other))


def _refuse_held(names: tuple[str, str]) -> None:
	for hold in holds.in_force():
		if hold.customer in names or (hold.document_type == CUSTOMER and hold.document in names):
			frappe.throw(_("Legal hold {0} keeps the file of customer {1} as it is; release it first.").format(hold.name, hold.customer or hold.document))


def _refuse_request(names: tuple[str, str]) -> None:
	case = frappe.db.get_value(REQUEST, {"customer": ["in", names], "status": ["in", ("Open", "Under Way")]})
	if case:
		frappe.throw(_("The request on personal data {0} is open; decide it first.").format(case))


def _refuse_debt(remaining: str, closing: str) -> None:
	owing = frappe.db.get_value(MEMBERSHIP, {"customer": closing, "debt": [">", 0]})
	if owing and frappe.db.exists(MEMBERSHIP, {"customer": remaining}):
		frappe.throw(_("Membership {0} owes points; settle that before two memberships become one.").format(owing))
