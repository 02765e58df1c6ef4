"""Letters: what comes becomes a contact or joins one, and is answered at once with its number, unless a machine wrote it."""

import re
from collections.abc import Mapping
from email.header import decode_header, make_header
from email.utils import parseaddr

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, now_datetime, strip_html

from crm4s.interactions.actions import ANSWERED, INTERACTION, OPEN, open_again
from crm4s.interactions.auto_reply import acknowledge_letter
from crm4s.notices import ring

LONGEST_TEXT, LONGEST_SUBJECT, COMPARED = 4000, 140, 120
# What Frappe calls a letter that has none.
NO_SUBJECT = "No Subject"
# RFC 3834 and what came before it.
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+@._-]|$)", re.I)
_MARKS = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe")
# What mail programs put before a subject.
_PREFIXES = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：])+", re.I)
_NUMBER = re.compile(r"\bIA-\d{8,}\b")
THREAD_DAYS, LATEST_CONTACTS = 60, 100
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", re.I)


def is_automatic(headers: Mapping, sender: str | None, own: set[str]) -> bool:
	"""Whether a machine wrote the letter, or we did ourselves: such letters get no automatic answer. Pure.

	Args:
		headers: of the letter, by name in any case.
		own: addresses of ours, in small letters.
	"""
	address = parseaddr(sender or "")[1].lower()
	submitted = (headers.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
	return_path = headers.get("Return-Path")
	return bool(
		not address
		or address in own
		or _MACHINES.match(address)
		or submitted != "no"
		or (headers.get("Precedence") or "").strip().lower() in _BULK
		or any(headers.get(mark) for mark in _MARKS)
		or (return_path is not None and return_path.strip() in ("", "<>"))
	)


def subject_of(headers: Mapping) -> str:
	"""The whole subject in one line; empty where there is none, or one that nobody can read. Pure."""
	try:
		return " ".join(str(make_header(decode_header(headers.get("Subject") or ""))).split())[:LONGEST_SUBJECT]
	except (LookupError, ValueError):
		return ""


def bare_subject(subject: str | None) -> str:
	"""Without what mail programs put before it. Pure."""
	return " ".join(_PREFIXES.sub("", subject or "").split())


def thread_of(subject: str | None, sender: str | None) -> str | None:
	"""The contact that a letter goes on with which answers none of ours: its number in the subject, or the same subject; always of this very sender.

	Numbers can be counted up and subjects guessed: neither is enough alone.
	"""
	sender, bare = (sender or "").strip().lower(), bare_subject(subject)
	if not sender:
		return None
	number = _NUMBER.search(bare)
	if number and (frappe.db.get_value(INTERACTION, number[0], "contact_email") or "").strip().lower() == sender:
		return number[0]
	if not bare or bare == NO_SUBJECT:
		return None
	recent = {"contact_email": sender, "creation": [">", add_days(now_datetime(), -THREAD_DAYS)]}
	rows = frappe.get_all(INTERACTION, recent, ["name", "subject"], order_by="creation desc", limit=LATEST_CONTACTS)
	# Long ones were cut, with what stood before them.
	bare = bare_subject(strip_html(bare))[:COMPARED]
	return next((row.name for row in rows if bare_subject(row.subject)[:COMPARED] == bare), None)


def own_addresses() -> set[str]:
	return {address.lower() for address in frappe.get_all("Email Account", pluck="email_id") if address}


def letter_came(communication, _event: str | None = None) -> None:
	"""A letter to or from a customer is noted on its contact; the first one is the contact's words."""
	if communication.reference_doctype != INTERACTION or communication.communication_type != "Communication" or communication.communication_medium != "Email":
		return
	contact = frappe.get_doc(INTERACTION, communication.reference_name, for_update=True)
	if communication.sent_or_received == "Sent":
		_note_our_letter(contact, communication)
		return
	automatic = (frappe.flags.c4s_letters or {}).get(communication.message_id, True)
	if not contact.said and contact.status == OPEN and not contact.times_reopened:
		_note_first_letter(contact, communication)
		if not automatic:
			acknowledge_letter(contact, communication)
	else:
		_note_further_letter(contact, automatic)


def hang_files(communication, _event: str | None = None) -> None:
	"""The files of a letter belong to its contact: whoever reads the contact opens them. Frappe adds them once the letter is there, and saves it again."""
	if communication.reference_doctype != INTERACTION or communication.sent_or_received != "Received" or not communication.reference_name:
		return
	at_letter = {"attached_to_doctype": "Communication", "attached_to_name": communication.name}
	frappe.db.set_value("File", at_letter, {"attached_to_doctype": INTERACTION, "attached_to_name": communication.reference_name}, update_modified=False)


def plain(content: str | None) -> str:
	"""The words of a letter, without markup, at most 4,000 characters."""
	text = strip_html(_BREAKS.sub("\n", content or ""))
	lines = [line.strip() for line in text.replace("\xa0", " ").splitlines()]
	return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]


def _note_first_letter(contact, communication) -> None:
	# A letter without markup has its words elsewhere while it is being read.
	contact.said = plain(communication.content or communication.text_content) or "…"
	contact.contact_name = contact.contact_name or (communication.sender_full_name if not contact.customer else None)
	_save(contact)


def _note_further_letter(contact, automatic: bool) -> None:
	# A machine opens nothing again, but whoever ended the contact is told.
	if contact.status != OPEN and not automatic:
		open_again(contact)
	told = contact.handler or (contact.closed_by or contact.agent or _who_wrote(contact) if contact.status != OPEN else None)
	if told:
		ring(told, _("A further letter about: {0}").format(escape_html(contact.subject)), INTERACTION, contact.name)


def _who_wrote(contact) -> str | None:
	"""Whoever of us wrote last."""
	ours = {"reference_doctype": INTERACTION, "reference_name": contact.name, "sent_or_received": "Sent", "communication_type": "Communication"}
	return frappe.db.get_value("Communication", ours, "owner", order_by="creation desc")


def _note_our_letter(contact, communication) -> None:
	# Where stores share their dealings, another one may write to the customer, which answers nothing for this one.
	if contact.status != OPEN or not contact.has_permission("write"):
		return
	contact.update({"status": ANSWERED, "answered_on": now_datetime().replace(microsecond=0), "answer": plain(communication.content)})
	_save(contact)


def _save(contact) -> None:
	contact.flags.by_centre = contact.flags.ignore_permissions = True
	contact.save()
