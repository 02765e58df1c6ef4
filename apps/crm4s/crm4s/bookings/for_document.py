"""The booking that a document holds for its time, kept in one of the document's fields."""

from datetime import datetime

import frappe

from crm4s.bookings.booking import book, release


def take(document, fieldname: str, resource: str, starts_at: datetime, ends_at: datetime, purpose: str | None = None) -> None:
	"""Book the resource for the document and keep the booking in the field. Raises what `book` raises."""
	booking = book(
		resource,
		starts_at,
		ends_at,
		purpose=purpose or document.get("title"),
		reference_doctype=document.doctype,
		reference_name=document.name,
		dealership=document.dealership,
	)
	remember(document, fieldname, booking)


def give_back(document, fieldname: str) -> None:
	"""Release the booking in the field, if there is one."""
	if document.get(fieldname):
		release(document.get(fieldname))
		remember(document, fieldname, None)


def remember(document, fieldname: str, booking: str | None) -> None:
	"""Without `db_set`, which would take the document as it is now for the one before the save."""
	document.set(fieldname, booking)
	frappe.db.set_value(document.doctype, document.name, fieldname, booking, update_modified=False)
