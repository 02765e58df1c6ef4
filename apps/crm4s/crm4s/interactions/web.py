"""The public contact page: what a stranger writes is checked, limited, and becomes a contact of the store; the page shows its number, nothing else."""

import re

import frappe
from frappe import _
from frappe.utils import cint, now_datetime, strip_html, validate_email_address

from crm4s.counting import count
from crm4s.exceptions import TooManyLookupsError
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.interactions import origin
from crm4s.interactions.actions import INTERACTION, OPEN
from crm4s.interactions.auto_reply import acknowledge_form
from crm4s.settings import setting

CATEGORY, DEALERSHIP = "C4S Interaction Category", "C4S Dealership"
PATH = "contact-us"
FIELDS = ("topic", "store", "name", "phone", "email", "message", "consent")
LONGEST = {"topic": 140, "store": 140, "name": 140, "phone": 40, "email": 140, "message": 4000, "once": 40}
SHORTEST_MESSAGE = 2
PER_HOUR, HOUR = 10, 3600
_ONCE = re.compile(r"[0-9a-f]{20,40}")


def page(context, method: str, form: dict) -> None:
	"""Fill the context of the page: `topics` and `stores` to choose from, `problem` above what was typed, or the contact's `number`."""
	context.no_cache = 1
	context.language = "zh" if (frappe.local.lang or "zh").startswith("zh") else "en"
	context.csrf = frappe.session.data.get("csrf_token") if frappe.session.user != "Guest" else None
	context.topics, context.stores = _topics(), _stores()
	context.typed, context.once = {}, frappe.generate_hash(length=32)
	if method != "POST":
		return
	# A text that is no text, or longer than the form lets anybody type, comes from no form of ours.
	given = {name: form.get(name) if isinstance(form.get(name), str) else "" for name in (*FIELDS, "website", "once")}
	context.typed = given
	context.once = given["once"] if _ONCE.fullmatch(given["once"]) else context.once
	frappe.db.savepoint("c4s_contact")
	try:
		context.number = take(given, context.language)
	except frappe.ValidationError as refusal:
		frappe.db.rollback(save_point="c4s_contact")
		frappe.clear_messages()
		context.problem = strip_html(str(refusal))


def take(given: dict, language: str = "zh") -> str:
	"""The number of the contact that somebody wrote, who is told it by letter as well; one that a robot filled in is thanked with a number of nothing.

	Raises:
		frappe.ValidationError: what is missing or wrong, in a sentence for whoever typed it.
	"""
	_limit_sender()
	if given["website"].strip():
		return f"IA-{now_datetime():%d%H%M%S}"
	if known := _sent_before(given["once"]):
		return known
	phone, email = _checked(given)
	customer = origin.customer_of_phone(phone, given["store"] or None) or origin.customer_of_address(email, given["store"] or None)
	contact = frappe.new_doc(INTERACTION)
	contact.update(
		{
			"channel": "Web", "direction": "Inbound", "status": OPEN, "received_on": now_datetime().replace(microsecond=0), "category": given["topic"] or None,
			"customer": customer, "contact_name": strip_html(given["name"]).strip(), "contact_phone": phone, "contact_email": email,
			"said": given["message"].strip(), "dealership": origin.store_for(customer, given["store"] or None), "source_key": _key(given["once"]),
		}
	)
	contact.flags.by_centre = True
	try:
		contact.insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		# Clicked twice, and both are under way.
		frappe.clear_last_message()
		return frappe.db.get_value(INTERACTION, {"source_key": _key(given["once"])}, "name", for_update=True)
	acknowledge_form(contact, language)
	return contact.name


def _checked(given: dict) -> tuple[str | None, str | None]:
	if any(len(given[field]) > longest for field, longest in LONGEST.items()):
		frappe.throw(_("Your message is too long; please write at most {0} characters.").format(LONGEST["message"]))
	if len(given["message"].strip()) < SHORTEST_MESSAGE:
		frappe.throw(_("Please write your message."))
	if given["topic"] and given["topic"] not in {row.name for row in _topics()}:
		frappe.throw(_("Please choose one of the topics."))
	if given["store"] and given["store"] not in {row.name for row in _stores()}:
		frappe.throw(_("Please choose one of our stores."))
	phone = value_or_none(normalise_phone, given["phone"], setting("default_region")) if given["phone"].strip() else None
	email = validate_email_address(given["email"].strip()) or None if given["email"].strip() else None
	if given["phone"].strip() and not phone:
		frappe.throw(_("This phone number is not complete; please check it."))
	if given["email"].strip() and not email:
		frappe.throw(_("This e-mail address is not complete; please check it."))
	if not (phone or email):
		frappe.throw(_("Please give a phone number or an e-mail address, so that we can answer you."))
	if not cint(given["consent"]):
		frappe.throw(_("Please agree that the store answers you; without it nobody may."))
	return phone, email


def _topics() -> list:
	return frappe.get_all(CATEGORY, {"enabled": 1, "is_group": 0, "on_website": 1}, ["name"], order_by="sequence, name", limit=100)


def _stores() -> list:
	return frappe.get_all(DEALERSHIP, {"is_group": 0, "suspended": 0}, ["name", "dealership_name", "city"], order_by="lft", limit=500)


def _sent_before(once: str) -> str | None:
	return frappe.db.get_value(INTERACTION, {"source_key": _key(once)}, "name") if _ONCE.fullmatch(once) else None


def _key(once: str) -> str | None:
	return f"web:{once}" if _ONCE.fullmatch(once) else None


def _limit_sender() -> None:
	"""Ten letters an hour from one address; Frappe's own limit counts everybody together."""
	address = frappe.local.request_ip
	if not address or frappe.session.user != "Guest":
		return
	if count(f"crm4s_contacts:{address}", HOUR) > PER_HOUR:
		frappe.throw(_("Too many messages came from your connection; please call the store."), TooManyLookupsError)
