"""What was said about one matter, by the customer and by the store to the customer, in the order of time; and where it stands in plain words.

Shown are the customer's own words, letters and messages that went out to him or her, and answers and solutions that are meant for the customer.
Comments, assignments, causes and whatever else colleagues note stay inside.
"""

from dataclasses import dataclass
from datetime import datetime
from html import unescape

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime, now_datetime

from crm4s.complaints import feedback
from crm4s.interactions import actions
from crm4s.interactions.actions import ANSWERED, CLOSED, INTERACTION, OPEN
from crm4s.interactions.mail import plain
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT
from crm4s.notices import ring
from crm4s.portal import files, uploads
from crm4s.portal.frame import day, moment
from crm4s.portal.viewer import ACCOUNT, Viewer
from crm4s.portal.voices import COMPLAINT, PORTAL, REPORT
from crm4s.settings import setting
from crm4s.workflows import states

COMMUNICATION = "Communication"
RESOLVED = "Resolved"
GOOD, SOON, PLAIN = "good", "soon", ""
MOST_ENTRIES = 200
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Entry:
	"""One word of a thread; `mine` where the customer said it."""

	when: datetime
	text: str
	mine: bool


def of_contact(document) -> list[Entry]:
	"""Words and answers of a contact (document), the first first."""
	answer = [Entry(_moment(document.answered_on), document.answer, False)] if document.answer else []
	return _in_order([Entry(_moment(document.received_on), document.said or "", True), *answer, *_written(document), *_sent(document)])


def of_complaint(document) -> list[Entry]:
	"""Words and answers of a complaint (document), the first first.

	What a colleague wrote down of a call stays inside; the solution is shown once the customer was told.
	"""
	words = [Entry(_moment(document.received_on), document.description, True)] if is_own_words(document) else []
	solution = [Entry(_moment(document.resolved_on), document.solution, False)] if is_told(document) and document.solution else []
	return _in_order([*words, *solution, *_written(document), *_sent(document)])


def is_own_words(complaint) -> bool:
	return complaint.channel == PORTAL


def is_told(complaint) -> bool:
	"""Whether the solution is the customer's to know: somebody told it, or the matter is closed with it."""
	return bool(complaint.status == CLOSED or (complaint.status == RESOLVED and complaint.feedback_on))


def title_of(complaint) -> str:
	"""The customer's own first words; of a complaint that a colleague wrote down the kind of complaint."""
	return complaint.subject if is_own_words(complaint) else _(complaint.category) if complaint.category else _("Complaint")


def standing_of_contact(contact) -> tuple[str, str]:
	"""A sentence and the colour of its mark."""
	if contact.manufacturer_report:
		return _standing_of_report(frappe.db.get_value(REPORT, contact.manufacturer_report, ["status", "sent_on"], as_dict=True))
	if contact.status == OPEN:
		return _promised(contact.due_on, _("We answer by {0}."), _("Received; somebody will answer you.")), SOON
	return (_("Closed"), PLAIN) if contact.status == CLOSED else (_("Answered"), GOOD)


def standing_of_complaint(complaint) -> tuple[str, str]:
	"""The same for a complaint, with the time that was promised."""
	if complaint.status == CLOSED:
		return _("Closed on {0}").format(day(complaint.closed_on)), PLAIN
	if complaint.status == RESOLVED:
		return (_("There is a solution: please tell us whether it settles the matter."), GOOD) if complaint.feedback_on else (_("The solution is being prepared; we tell you soon."), SOON)
	if complaint.paused_since:
		return _("We are waiting for your answer."), SOON
	if not complaint.responded_on:
		return _promised(complaint.respond_by, _("We call or write to you by {0}."), _("Received; somebody will answer you.")), SOON
	return _promised(complaint.resolve_by, _("We are working on it; you have a solution by {0}."), _("We are working on it.")), SOON


def add(viewer: Viewer, doctype: str, name: str, words: str, pictures: list[bytes]) -> None:
	"""More words and photos of the customer; a contact that was answered or closed is open again, a complaint that waited for them goes on. Its handler is told."""
	document = frappe.get_doc(doctype, name, for_update=True)
	if words:
		_note(viewer, document, words)
	uploads.attach(doctype, name, pictures, name)
	if doctype == INTERACTION and document.status != OPEN:
		actions.open_again(document)
	elif doctype == COMPLAINT:
		feedback.hear_customer(document)
	_tell(document, _("The customer has added something: {0}"))


def not_settled(viewer: Viewer, doctype: str, name: str, words: str) -> None:
	"""The answer or solution is not enough: the matter is opened again, with why."""
	if doctype == INTERACTION:
		return add(viewer, doctype, name, words, [])
	document = frappe.get_doc(doctype, name)
	if not is_told(document):
		frappe.throw(_("We are still working on it; write to us below."))
	_note(viewer, document, words)
	feedback.reopen_for_customer(name, words)
	_tell(frappe.get_doc(doctype, name), _("The customer is not content: {0}"))


def settle_contact(name: str) -> None:
	"""The answer is enough: the contact is closed."""
	document = frappe.get_doc(INTERACTION, name, for_update=True)
	if document.status != ANSWERED:
		frappe.throw(_("There is nothing to confirm any more."))
	actions.close_for_customer(document)


def settle_complaint(viewer: Viewer, name: str, stars: int, words: str) -> None:
	"""The solution is enough, so many stars: the complaint is closed where its process leads on to that, else its handler does it.

	A complaint that was closed without a word of the customer takes the stars afterwards.
	"""
	document = frappe.get_doc(COMPLAINT, name, for_update=True)
	if not LOWEST <= stars <= HIGHEST:
		frappe.throw(_("Please choose: {0}.").format(_("Your rating")))
	if not is_told(document) or (document.status == CLOSED and cint(document.satisfaction)):
		frappe.throw(_("There is nothing to confirm any more."))
	if words:
		_note(viewer, document, words)
	document.satisfaction = stars
	closes = _closing_state(document)
	if document.status == CLOSED:
		document.save(ignore_permissions=True)
	elif closes:
		states.enter(document, closes, _("The customer is content"))
	else:
		_note(viewer, document, _("The solution settles it for me: {0} of 5 stars.").format(stars))
	_tell(document, _("The customer is content: {0}"))


def _closing_state(document) -> str | None:
	"""The state of the process that closes it from where it is; None where no step leads there."""
	workflow = states.active_workflow(document.doctype)
	closing = states.states_meaning(document.doctype, CLOSED)
	return next((row.next_state for row in workflow.transitions if row.state == document.workflow_state and row.next_state in closing), None) if workflow else None


def _standing_of_report(report) -> tuple[str, str]:
	if report.status == "Collecting":
		return _("Noted for the manufacturer; we pass it on."), SOON
	if report.status == "Sent":
		return _("Passed on to the manufacturer on {0}; we tell you the answer.").format(day(report.sent_on)), SOON
	return _("The manufacturer has answered."), GOOD


def _promised(by, sentence: str, otherwise: str) -> str:
	if not by:
		return otherwise
	if get_datetime(by) < now_datetime():
		return _("We promised you a word by {0} and are late; we are sorry. You may also call the store.").format(moment(by))
	return sentence.format(moment(by))


def _note(viewer: Viewer, document, words: str) -> None:
	name = viewer.customer_name
	frappe.get_doc(
		{
			"doctype": COMMUNICATION, "communication_type": "Communication", "communication_medium": "Other", "sent_or_received": "Received",
			"subject": (document.subject or document.name)[:140], "content": escape_html(words).replace("\n", "<br>"), "sender_full_name": name,
			"reference_doctype": document.doctype, "reference_name": document.name, "status": "Linked",
		}
	).insert(ignore_permissions=True)


def _tell(document, sentence: str) -> None:
	if document.handler:
		ring(document.handler, sentence.format(escape_html(document.subject or document.name)), document.doctype, document.name)


def _written(document) -> list[Entry]:
	"""What the customer added here, and letters of the store."""
	of_document = {"reference_doctype": document.doctype, "reference_name": document.name, "communication_type": "Communication"}
	rows = frappe.get_all(COMMUNICATION, of_document, ["owner", "sent_or_received", "content", "creation"], order_by="creation", limit=MOST_ENTRIES)
	customers = set(frappe.get_all(ACCOUNT, {"user": ["in", [row.owner for row in rows] or [""]]}, pluck="user"))
	answers = {(document.get("answer") or "").strip(), (document.get("solution") or "").strip()}
	found = [Entry(_moment(row.creation), unescape(plain(row.content)), row.owner in customers) for row in rows if row.owner in customers or row.sent_or_received == "Sent"]
	return [entry for entry in found if entry.mine or entry.text not in answers]


def _sent(document) -> list[Entry]:
	"""Messages about it that went out, but for those that only say that an answer stands here."""
	about = {"reference_doctype": document.doctype, "reference_name": document.name, "customer": document.customer, "status": ["in", (SENT, DELIVERED)], "channel_kind": ["!=", "Desk Task"]}
	notice = setting("portal_answer_template")
	rows = frappe.get_all(MESSAGE, about, ["sent_on", "creation", "sent_text", "template"], order_by="creation", limit=MOST_ENTRIES)
	return [Entry(_moment(row.sent_on or row.creation), row.sent_text, False) for row in rows if row.sent_text and row.template != notice]


def photos(viewer: Viewer, doctype: str, name: str) -> list:
	return [file for file in files.of_document(viewer, doctype, name) if file.is_picture]


def _in_order(entries: list[Entry]) -> list[Entry]:
	return sorted((entry for entry in entries if entry.text), key=lambda entry: entry.when)


def _moment(value) -> datetime:
	return get_datetime(value) if value else now_datetime()
