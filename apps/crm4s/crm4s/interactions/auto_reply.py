"""The answer at once to whoever wrote: we have it, under this number. In the customer's language, at most so many a day for each address."""

import re

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, getdate, now_datetime

from crm4s.interactions.actions import INTERACTION
from crm4s.messages import texts
from crm4s.messages.adapters.mail import QUEUE, as_html
from crm4s.messages.kinds import MAIL
from crm4s.settings import setting

TEMPLATE = "C4S Message Template"
FAX = "Fax"
_MESSAGE_ID = re.compile(r"[!-;=?-~]{3,250}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def acknowledge_letter(contact, communication) -> bool:
	"""Answer a letter that no machine wrote; whether that was done."""
	account = communication.email_account and frappe.db.get_value("Email Account", communication.email_account, "email_id")
	language = "zh" if _HAN.search(f"{communication.subject} {contact.said}") else "en"
	return _acknowledge(contact, language, contact.subject, contact.contact_name, account, communication.message_id)


def acknowledge_form(contact, language: str) -> bool:
	"""Answer who wrote on the contact page and left an address. Nothing that was typed there goes out: anybody may type anybody's address."""
	name = contact.customer and frappe.db.get_value("C4S Customer", contact.customer, "customer_name")
	return _acknowledge(contact, language, _(contact.category or contact.channel, _language_of(contact, language)), name)


def _acknowledge(contact, language: str, title: str, name: str | None, account: str | None = None, in_reply_to: str | None = None) -> bool:
	template, address = setting("auto_reply_template"), contact.contact_email
	# Behind a gateway is a machine.
	if contact.channel == FAX or not template or not address or _answered_today(address) >= cint(setting("auto_replies_per_day")):
		return False
	about = {"ticket": contact.name, "title": title, "customer_name": name or "", "salutation": name or ""}
	text = _text_of(template, contact.dealership, about, _language_of(contact, language))
	if not text or not _send(address, *text, contact, account, in_reply_to):
		return False
	contact.db_set("auto_replied_on", now_datetime(), update_modified=False)
	return True


def _answered_today(address: str) -> int:
	return frappe.db.count(INTERACTION, {"contact_email": address, "auto_replied_on": [">=", get_datetime(getdate())]})


def _language_of(contact, written_in: str) -> str:
	"""The customer's; of a stranger that in which he or she wrote."""
	return (contact.customer and frappe.db.get_value("C4S Customer", contact.customer, "language")) or written_in


def _text_of(template: str, dealership: str, about: dict, language: str) -> tuple[str, str] | None:
	"""Subject and text; None where the template is switched off or lacks a text or a value."""
	document = frappe.get_cached_doc(TEMPLATE, template)
	text = document.enabled and texts.choose([row.as_dict() for row in document.texts], MAIL, language)
	if not text:
		return None
	store = frappe.get_cached_doc("C4S Dealership", dealership)
	values = {**about, "store_name": store.dealership_name, "store_phone": store.phone or ""}
	try:
		return texts.fill(text["subject"], values, text["language"]), texts.fill(text["body"], values, text["language"])
	except texts.MissingValueError:
		frappe.log_error(title="Auto-reply lacks a value", message=f"{template}: {frappe.get_traceback()}")
		return None


def _send(address: str, subject: str, text: str, contact, account: str | None, in_reply_to: str | None) -> bool:
	try:
		frappe.sendmail(
			recipients=[address], sender=account or "", subject=subject, message=as_html(text), reference_doctype=INTERACTION, reference_name=contact.name,
			add_unsubscribe_link=0, delayed=True,
		)
	except (frappe.OutgoingEmailError, frappe.InvalidEmailAddressError):
		frappe.clear_last_message()
		return False
	queued = frappe.get_all(QUEUE, {"reference_doctype": INTERACTION, "reference_name": contact.name}, ["name", "message"], order_by="creation desc", limit=1)
	if not queued:
		return False
	# Frappe's queue knows no headers of ours; a machine that reads the first one does not answer.
	marks = ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
	if _MESSAGE_ID.fullmatch(in_reply_to or ""):
		marks.append(f"In-Reply-To: <{in_reply_to}>")
	frappe.db.set_value(QUEUE, queued[0].name, "message", "\n".join([*marks, queued[0].message]), update_modified=False)
	return True
