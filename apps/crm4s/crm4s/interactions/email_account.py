"""Frappe's e-mail account, which forgets a letter's headers once it has read it, and lets a subject alone decide where a letter belongs."""

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.email.receive import InboundMail

from crm4s.interactions.actions import INTERACTION
from crm4s.interactions.mail import is_automatic, own_addresses, subject_of, thread_of
from crm4s.interactions.origin import is_fax


class ContactMail(InboundMail):
	"""A letter for the interaction centre: it joins a contact by what it answers, else only as a letter of the contact's own writer."""

	def __init__(self, content, email_account, uid=None, seen_status=None, append_to=None):
		super().__init__(content, email_account, uid, seen_status, append_to)
		# Frappe 15 of 2023 reads the first piece of a subject only: "Re: " of "Re: 空调".
		self.subject = subject_of(self.mail) or self.subject

	def reference_document(self):
		if not self.is_for_contacts():
			return super().reference_document()
		# All faxes of a gateway have one sender and mostly one subject.
		if is_fax(self.from_email or ""):
			return ""
		found = super().reference_document()
		if found and found.doctype != "Communication":
			return found
		# Frappe asks by subject only where the account itself, not its IMAP folder, says what letters become.
		return self.match_record_by_subject_and_sender(INTERACTION) or ""

	def match_record_by_subject_and_sender(self, doctype):
		if doctype != INTERACTION:
			return super().match_record_by_subject_and_sender(doctype)
		name = thread_of(self.subject, self.from_email)
		return frappe.get_doc(INTERACTION, name) if name else None

	def is_for_contacts(self) -> bool:
		return INTERACTION == (self.append_to if self.email_account.use_imap else self.email_account.append_to)


class HeedfulEmailAccount(EmailAccount):
	def get_inbound_mails(self):
		mails = [ContactMail(mail.raw_message, mail.email_account, mail.uid, mail.seen_status, mail.append_to) for mail in super().get_inbound_mails()]
		own = own_addresses() if mails else set()
		# By the letter's own number, for `letter_came`; one that is not in here gets no automatic answer.
		frappe.flags.c4s_letters = {mail.message_id: is_automatic(mail.mail, mail.from_email, own) for mail in mails if mail.message_id}
		return mails
