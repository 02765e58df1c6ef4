"""The link under a message by which a customer ends messages, without signing in: it knows one message and shows nothing of the customer."""

import frappe
from frappe import _
from frappe.utils import get_url, strip_html

from crm4s.exceptions import LinkRefusedError
from crm4s.messages import consent
from crm4s.messages.kinds import EVERY
from crm4s.messages.standing import WITHDRAWN
from crm4s.tokens import is_same, signature_of

MESSAGE = "C4S Message"
PATH = "end-messages"
THIS, ALL = "this", "all"
LANGUAGES = ("zh", "en")
LONGEST_TOKEN = 80


def link_of(message: str) -> str:
	"""The address of the page for a message. The token can be made again at any time, so it is kept nowhere."""
	return get_url(f"/{PATH}?token={token_of(message)}")


def token_of(message: str) -> str:
	return f"{message}.{signature_of(f'{PATH}:{message}')}"


def message_of(token: str):
	"""The message of a token: name, customer, purpose, dealership.

	Raises:
		LinkRefusedError: nobody made this token, or the message is gone.
	"""
	name = token.rpartition(".")[0] if len(token) <= LONGEST_TOKEN else ""
	fields = ["name", "customer", "purpose", "dealership"]
	if name and is_same(token_of(name), token):
		message = frappe.db.get_value(MESSAGE, name, fields, as_dict=True)
		if message:
			return message
	raise LinkRefusedError(_("This link is not known. Reply to the message or call the store, and we shall end the messages."))


def end(token: str, extent: str) -> None:
	"""Withdraw the consent for the message's purpose, or for every one; again and again does no harm."""
	message = message_of(token)
	purpose = None if extent == ALL else message.purpose
	standing = consent.decisions_of([message.customer]).get(message.customer, [])
	last = standing[-1] if standing else None
	if last and last.decision == WITHDRAWN and (last.purpose or None) == purpose and last.channel_kind == EVERY:
		return
	consent.note(
		[
			consent.Decision(
				customer=message.customer,
				decision=WITHDRAWN,
				means="Unsubscribe Link",
				purpose=purpose,
				dealership=message.dealership,
				evidence=message.name,
			)
		]
	)


def page(context, method: str, form: dict) -> None:
	"""Fill the context of the page: the question, `ended` after the answer, or `refused`, one sentence."""
	context.no_cache = 1
	context.language = "zh" if (frappe.local.lang or "").startswith("zh") else "en"
	context.csrf = frappe.session.data.get("csrf_token") if frappe.session.user != "Guest" else None
	token = form.get("token") if isinstance(form.get("token"), str) else ""
	try:
		message = message_of(token)
		_speak_as_customer(context, message)
		context.token, context.purpose = token, message.purpose
		context.store = frappe.db.get_value("C4S Dealership", message.dealership, "dealership_name") or ""
		if method == "POST":
			context.extent = ALL if form.get("extent") == ALL else THIS
			end(token, context.extent)
			context.ended = True
	except LinkRefusedError as refusal:
		context.refused = strip_html(str(refusal))
		context.http_status_code = 410


def keep_out_of_caches(request, response) -> None:
	"""After a request: whose messages a link ends is kept neither by the browser nor on the way to it."""
	if request.path.strip("/") == PATH:
		response.headers["Cache-Control"] = "no-store"


def _speak_as_customer(context, message) -> None:
	language = frappe.db.get_value("C4S Customer", message.customer, "language")
	if language in LANGUAGES:
		frappe.local.lang = context.language = language
