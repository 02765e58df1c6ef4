"""What becomes of a contact: taken, finished, answered, handed on, closed, opened again. The one writer of its status and times."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from crm4s.access.required import require_document
from crm4s.interactions import routing

INTERACTION = "C4S Interaction"
OPEN, ANSWERED, CLOSED = "Open", "Answered", "Closed"
INBOUND, OUTBOUND = "Inbound", "Outbound"
PHONE = "Phone"
# What somebody enters of a contact.
SAID = (
	*("subject", "customer", "vehicle", "model", "contact_name", "contact_phone", "contact_email", "dealership", "category", "said"),
	*("department", "handler"),
)
# What may come of a contact.
OUTCOMES = ("C4S Service Appointment", "C4S Dispatch Order", "C4S Complaint", "C4S Lead", "C4S Insurance Claim", "C4S Test Drive", "C4S Car Rental")


def begin(values: Mapping, channel: str = PHONE, direction: str = INBOUND) -> str:
	"""A call that begins now, in the hands of the current user, whose other call is over with that; its name. For those who may make contacts."""
	for name in in_hand(frappe.session.user):
		finish(name, {})
	moment = now_datetime().replace(microsecond=0)
	document = frappe.get_doc({"doctype": INTERACTION, "channel": channel, "direction": direction, "received_on": moment, **_said(values)})
	document.update({"agent": frappe.session.user, "started_on": moment, "status": OPEN})
	document.flags.by_centre = True
	return document.insert().name


def in_hand(user: str) -> list[str]:
	"""The calls that the user has taken and not finished: one, as a rule."""
	filters = {"agent": user, "started_on": ["is", "set"], "ended_on": ["is", "not set"], "missed": 0}
	return frappe.get_all(INTERACTION, filters, pluck="name", order_by="started_on desc", limit=5)


def note(name: str, values: Mapping) -> None:
	"""What the agent has typed so far, so that it is there after the page was loaded anew."""
	document = _own(name)
	document.update(_said(values))
	_save(document)


def finish(name: str, values: Mapping, resolved: bool | None = None, answer: str | None = None) -> str:
	"""The call is over: settled at once, or routed to whoever answers it; the status then.

	Args:
		resolved: whoever took it has answered it already: it is closed, and counts as resolved at first contact; False: a department answers it.
			None: nobody said; what an outcome document takes on, such as an appointment, is closed.
	"""
	document = _own(name)
	document.update(_said(values))
	if not document.ended_on:
		document.ended_on = document.line_ended_on or now_datetime().replace(microsecond=0)
	if (resolved or (resolved is None and document.reference_name)) and document.status != CLOSED:
		_close(document, answer)
		document.first_contact_resolved = cint(bool(resolved) and document.direction == INBOUND)
	elif document.direction == OUTBOUND and document.status == OPEN and not document.handler:
		_close(document, answer)
	_save(document)
	return document.status


def answer(name: str, text: str, close: bool = False) -> str:
	"""The customer has our answer; it stays in hand until it is closed."""
	if not (text or "").strip():
		frappe.throw(_("Say what the answer was."), frappe.MandatoryError)
	document = require_document(INTERACTION, name)
	_refuse_closed(document)
	_note_answer(document, text)
	document.handler = document.handler or frappe.session.user
	if close:
		_close(document)
	_save(document)
	return document.status


def hand_on(name: str, department: str | None = None, user: str | None = None, why: str | None = None) -> None:
	"""To another department's queue, or to a person of the store; the due time that the customer was promised stays."""
	if not (department or user):
		frappe.throw(_("Choose a department or a person."), frappe.MandatoryError)
	document = require_document(INTERACTION, name)
	_refuse_closed(document)
	if user:
		routing.require_handler(document, user)
	document.department = department or document.department
	document.handler = user or None
	# Who hands it on in the call did not settle it.
	document.first_contact_resolved = 0
	_save(document)
	if why:
		document.add_comment("Comment", frappe.utils.escape_html(why))


def take(name: str) -> None:
	"""Out of the queue into the hands of the current user."""
	document = require_document(INTERACTION, name)
	_refuse_closed(document)
	if document.handler and document.handler != frappe.session.user:
		frappe.throw(_("{0} has it already.").format(frappe.bold(frappe.utils.escape_html(frappe.utils.get_fullname(document.handler)))))
	document.handler = frappe.session.user
	_save(document)


def close(name: str, text: str | None = None) -> None:
	"""Nothing more is to be done; a contact without an answer or an outcome says why."""
	document = require_document(INTERACTION, name)
	_refuse_closed(document)
	if not (document.answer or document.reference_name or (text or "").strip()):
		frappe.throw(_("Say what the answer was, or why none is needed."), frappe.MandatoryError)
	_close(document, text)
	_save(document)


def reopen(name: str, why: str | None = None) -> None:
	"""The customer came back with it: due anew, and not resolved at the first contact."""
	document = require_document(INTERACTION, name)
	if document.status == OPEN:
		frappe.throw(_("The contact is open already."))
	open_again(document, why)


def open_again(document, why: str | None = None) -> None:
	"""With the system's rights: also a letter that follows opens a contact again."""
	document.update({"status": OPEN, "closed_on": None, "closed_by": None, "answered_on": None, "first_contact_resolved": 0, "due_on": None})
	document.times_reopened = cint(document.times_reopened) + 1
	# What was settled on the call has no department yet.
	routing.give(document, now_datetime())
	document.flags.ignore_permissions = True
	_save(document)
	if why:
		document.add_comment("Comment", frappe.utils.escape_html(why))


def close_for_customer(document) -> None:
	"""The customer says that the answer settles it; with the system's rights."""
	_close(document)
	document.flags.ignore_permissions = True
	_save(document)


def set_outcome(name: str, doctype: str, document_name: str) -> None:
	"""What came of the contact, once it is there; whoever made it may write both."""
	if doctype not in OUTCOMES:
		frappe.throw(_("Nothing of this kind comes of a contact."))
	document = require_document(INTERACTION, name)
	made = require_document(doctype, document_name, "read", locking=False)
	if document.customer and made.get("customer") and made.customer != document.customer:
		frappe.throw(_("{0} is of another customer than the contact.").format(frappe.bold(frappe.utils.escape_html(document_name))))
	document.update({"reference_doctype": doctype, "reference_name": document_name})
	# Who was entered along with it is the caller's file from now on.
	for fieldname in ("customer", "vehicle"):
		document.set(fieldname, document.get(fieldname) or made.get(fieldname))
	_save(document)


def _own(name: str):
	return require_document(INTERACTION, name)


def _said(values: Mapping) -> dict:
	return {field: values.get(field) for field in SAID if field in values}


def _note_answer(document, text: str | None) -> None:
	said = (text or "").strip()
	if said:
		document.answer = "\n\n".join(part for part in (document.answer, said) if part)
		document.answered_on = document.answered_on or now_datetime().replace(microsecond=0)
		document.status = ANSWERED


def _close(document, text: str | None = None) -> None:
	_note_answer(document, text)
	moment = now_datetime().replace(microsecond=0)
	document.update({"status": CLOSED, "closed_on": moment, "closed_by": frappe.session.user, "answered_on": document.answered_on or moment})


def _refuse_closed(document) -> None:
	if document.status == CLOSED:
		frappe.throw(_("The contact is closed; open it again first."))


def _save(document) -> None:
	document.flags.by_centre = True
	document.save()
