"""A masked number shown in full for a moment: to those who may work on the document, with a reason, noted, so many within an hour."""

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from crm4s.access.required import require_document
from crm4s.exceptions import TooManyLookupsError
from crm4s.identity_numbers import ENTERED, number_of
from crm4s.privacy import audit, inventory
from crm4s.settings import setting

SHORTEST_REASON = 2


@frappe.whitelist(methods=["POST"])
def reveal(doctype: str, name: str, fieldname: str, reason: str) -> str:
	"""The whole value of one masked field, for those who may change the document.

	Raises:
		frappe.PermissionError: not the caller's document, or no field that is revealed.
		TooManyLookupsError: the caller revealed as many as the group allows within an hour.
	"""
	document = require_document(doctype, name, locking=False)
	field = next((field for field in revealed_fields(doctype) if field.fieldname == fieldname), None)
	if not field:
		frappe.throw(_("This field is not shown in full."), frappe.PermissionError)
	if len((reason or "").strip()) < SHORTEST_REASON:
		frappe.throw(_("Say in Reason what you need the whole number for."), frappe.MandatoryError)
	require_reveals_left()
	label = frappe.get_meta(doctype).get_label(fieldname)
	audit.note(audit.REVEALED, doctype, document.name, customer=document.get("customer"), field_label=label, reason=reason.strip()[:500])
	return whole_value(document, field)


def revealed_fields(doctype: str) -> list[inventory.Personal]:
	"""Those that a form shows masked, and that are entered by people."""
	meta = frappe.get_meta(doctype)
	return [field for field in inventory.of(doctype) if field.masked and not meta.get_field(field.fieldname).hidden]


def whole_value(document, field: inventory.Personal) -> str:
	if (field.doctype, field.fieldname) == (audit.CUSTOMER, ENTERED):
		return number_of(document)
	return document.get(field.fieldname) or ""


def require_reveals_left() -> None:
	allowed = setting("reveals_per_hour")
	since = add_to_date(now_datetime(), hours=-1)
	done = frappe.db.count(audit.ACCESS_LOG, {"action": audit.REVEALED, "user": frappe.session.user, "happened_on": [">", since]})
	if done >= allowed:
		frappe.throw(_("You showed {0} numbers in full within an hour; {1} are allowed.").format(done, allowed), TooManyLookupsError)


def tell_desk(bootinfo) -> None:
	"""Which fields the forms offer to show in full: document type → [field, masked field]."""
	doctypes = {field.doctype for field in inventory.FIELDS if field.masked}
	bootinfo.c4s_revealed = {doctype: [[field.fieldname, field.masked] for field in revealed_fields(doctype)] for doctype in sorted(doctypes)}
