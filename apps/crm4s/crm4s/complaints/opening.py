"""Complaints that something else found: a bad answer to a survey, a call. Each source opens one, however often it is told."""

from datetime import datetime

import frappe
from frappe import _

from crm4s.settings import setting

COMPLAINT, CATEGORY = "C4S Complaint", "C4S Complaint Category"
LONGEST_KEY = 140


def open_for(
	customer: str,
	*,
	dealership: str,
	description: str,
	source_key: str,
	subject: str | None = None,
	category: str | None = None,
	severity: str | None = None,
	channel: str = "Phone",
	vehicle: str | None = None,
	service_visit: str | None = None,
	handler: str | None = None,
	received_on: datetime | None = None,
	reference_doctype: str | None = None,
	reference_name: str | None = None,
) -> str:
	"""The complaint of a customer that came out of something else; its name. Of one key there is one, for ever, also of two at once.

	For callers with the system's rights: who may is their question. In the caller's transaction.

	Args:
		source_key: what it came from, at most 140 characters, such as "survey|SR-0000001".
		category: may be left to whoever classifies it.
		severity: None: as its category proposes, else as C4S Settings say.
		channel: by which the customer said it, one of the field's options.
		reference_doctype: with `reference_name`, the answer or call that the form leads back to.
	Raises:
		ValueError: no key, or one that is too long.
	"""
	if not source_key or len(source_key) > LONGEST_KEY:
		raise ValueError(f"A complaint needs a source key of at most {LONGEST_KEY} characters, not {source_key!r}")
	known = of_source(source_key)
	if known:
		return known
	complaint = frappe.get_doc(
		{
			"doctype": COMPLAINT, "customer": customer, "dealership": dealership, "description": description, "subject": subject, "category": category,
			"severity": severity or proposed_severity(category), "channel": channel, "vehicle": vehicle, "service_visit": service_visit, "handler": handler,
			"received_on": received_on or frappe.utils.now_datetime(), "reference_doctype": reference_doctype, "reference_name": reference_name,
			"source_key": source_key,
		}
	)
	complaint.flags.ignore_permissions = True
	frappe.db.savepoint("open_complaint")
	try:
		return complaint.insert(ignore_permissions=True).name
	except frappe.UniqueValidationError:
		# Somebody else was faster by less than a transaction.
		frappe.db.rollback(save_point="open_complaint")
		frappe.clear_last_message()
		return of_source(source_key, locking=True)


def of_source(source_key: str, locking: bool = False) -> str | None:
	"""The complaint that was opened with this key; as it is now, not as it was when the transaction began, where it locks."""
	return frappe.db.get_value(COMPLAINT, {"source_key": source_key}, for_update=locking)


def proposed_severity(category: str | None) -> str | None:
	"""What the category proposes, else the usual one of C4S Settings."""
	proposed = category and frappe.get_cached_value(CATEGORY, category, "proposed_severity")
	return proposed or setting("usual_severity")


def say_severity(complaint) -> None:
	"""A complaint that nobody has judged yet gets the severity of its category."""
	complaint.severity = complaint.severity or proposed_severity(complaint.category)
	if not complaint.severity:
		frappe.throw(_("Choose the severity of the complaint."), frappe.MandatoryError)
