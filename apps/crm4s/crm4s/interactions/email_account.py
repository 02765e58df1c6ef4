"""Frappe's e-mail account, which forgets a letter's headers once it has read it: whether a machine wrote it is looked at before."""

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount

from crm4s.interactions.mail import is_automatic, own_addresses, subject_of


class HeedfulEmailAccount(EmailAccount):
	def get_inbound_mails(self):
		mails = super().get_inbound_mails()
		own = own_addresses() if mails else set()
		for mail in mails:
			# Frappe 15 of 2023 reads the first piece of a subject only: "Re: " of "Re: 空调".
			mail.subject = subject_of(mail.mail) or mail.subject
		# By the letter's own number, for `letter_came`; one that is not in here gets no automatic answer.
		frappe.flags.c4s_letters = {mail.message_id: is_automatic(mail.mail, mail.from_email, own) for mail in mails if mail.message_id}
		return mails
