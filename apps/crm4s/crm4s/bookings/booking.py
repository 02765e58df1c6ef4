"""What the documents that need a resource call. Who may do that is asked where the document is saved."""

from datetime import datetime

import frappe
from frappe.utils import get_datetime, now_datetime

BOOKING = "C4S Booking"
BOOKED, RELEASED = "Booked", "Released"


def book(
	resource: str,
	starts_at: datetime,
	ends_at: datetime,
	*,
	purpose: str | None = None,
	reference_doctype: str | None = None,
	reference_name: str | None = None,
	dealership: str | None = None,
) -> str:
	"""Take `resource` from `starts_at` up to `ends_at`; the name of the booking.

	Args:
		dealership: the store that asks; a resource of another store is refused.

	Raises:
		SlotTakenError: somebody was faster; its sentence names the next free slots.
		BookingError: the store is closed then, the time is over, the resource is disabled or of another store.
	"""
	booking = frappe.get_doc(
		{
			"doctype": BOOKING,
			"resource": resource,
			"starts_at": starts_at,
			"ends_at": ends_at,
			"purpose": purpose,
			"reference_doctype": reference_doctype,
			"reference_name": reference_name,
			"dealership": dealership,
		}
	)
	return _write(booking)


def move(booking: str, starts_at: datetime, ends_at: datetime, resource: str | None = None) -> str:
	"""Take another time, or another resource, instead; where that is refused the old slot is kept. Raises what `book` raises."""
	document = frappe.get_doc(BOOKING, booking)
	document.update({"starts_at": starts_at, "ends_at": ends_at, "resource": resource or document.resource})
	return _write(document)


def finish(booking: str, ended_at: datetime) -> None:
	"""The resource is back: what is left of its time is free for others, the booking stays as what happened."""
	document = frappe.get_doc(BOOKING, booking)
	ended_at = get_datetime(ended_at).replace(second=0, microsecond=0)
	if ended_at <= get_datetime(document.starts_at):
		release(booking)
	elif document.status == BOOKED and ended_at < get_datetime(document.ends_at):
		document.ends_at = ended_at
		_write(document)


def release(booking: str) -> None:
	"""The whole slot is free for others; released once, it stays so."""
	document = frappe.get_doc(BOOKING, booking)
	if document.status == BOOKED:
		document.update({"status": RELEASED, "released_on": now_datetime()})
		_write(document)


def forget(reference_doctype: str, reference_name: str) -> None:
	"""Delete the bookings of a document that is deleted itself."""
	key = {"reference_doctype": reference_doctype, "reference_name": reference_name}
	for name in frappe.get_all(BOOKING, key, pluck="name"):
		document = frappe.get_doc(BOOKING, name)
		document.flags.by_reference = True
		document.delete(ignore_permissions=True)


def _write(document) -> str:
	document.flags.by_reference = True
	return document.save(ignore_permissions=True).name
