"""What we ask an exchange for: to call a number from the agent's own extension, to bring an answer to a social account."""

import json
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils.password import get_decrypted_password

from crm4s.access.required import require_permission
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.interactions.actions import INTERACTION
from crm4s.interactions.exchange import EXCHANGE, EXTENSION
from crm4s.messages.adapters import web
from crm4s.messages.adapters.http import filled, headers_of, in_text
from crm4s.settings import setting

LONGEST_WAIT_SECONDS = 10


@frappe.whitelist(methods=["POST"])
def dial(customer: str | None = None, number: str | None = None, interaction: str | None = None) -> None:
	"""Let the exchange call from the user's own extension; for those who make contacts and see the number they call."""
	require_permission(INTERACTION, "create")
	extension, exchange = own_telephone(frappe.session.user)
	if not exchange or not exchange.call_url:
		frappe.throw(_("Your telephone is at no exchange that dials for you."))
	phone = value_or_none(normalise_phone, number or _number_of(customer, interaction) or "", setting("default_region"))
	if not phone:
		frappe.throw(_("There is no number to call."))
	_ask(exchange, {"extension": extension, "number": phone}, _("The exchange did not answer; dial by hand."), _("The exchange refused the call; dial by hand."))


def own_telephone(user: str) -> tuple[str | None, Mapping | None]:
	"""The user's extension, and the exchange at which it is, if that is switched on."""
	row = frappe.db.get_value(EXTENSION, {"user": user, "parenttype": EXCHANGE}, ["parent", "extension"], as_dict=True)
	exchange = row and frappe.db.get_value(EXCHANGE, {"name": row.parent, "enabled": 1}, ["*"], as_dict=True)
	return (row.extension, exchange) if exchange else (None, None)


def brings_answers(contact) -> bool:
	"""Whether what is answered to this contact goes to the account that it came from."""
	return bool(_way_to(contact))


def bring_answer(contact, text: str) -> None:
	"""Send the answer to the account that wrote, where its provider takes answers; elsewhere nothing happens.

	Raises:
		frappe.ValidationError: the provider was not reached or refused it.
	"""
	exchange = _way_to(contact)
	if exchange:
		values = {"account": contact.account, "text": text, "number": contact.contact_phone or "", "message": contact.source_key.split(":", 1)[-1]}
		_ask(exchange, values, _("The provider did not answer; nobody knows whether the customer has the answer."), _("The provider refused the answer; the customer does not have it."))


def _way_to(contact) -> Mapping | None:
	if not (contact.exchange and contact.account):
		return None
	exchange = frappe.db.get_value(EXCHANGE, {"name": contact.exchange, "kind": "Messages", "enabled": 1}, ["*"], as_dict=True)
	return exchange if exchange and exchange.call_url else None


def _number_of(customer: str | None, interaction: str | None) -> str | None:
	"""The number of a file or a contact, for those who may see numbers."""
	for doctype, name, field in (("C4S Customer", customer, "primary_phone"), (INTERACTION, interaction, "contact_phone")):
		if name:
			require_permission(doctype, "read", name)
			permitted = frappe.get_meta(doctype).get_field(field).permlevel in frappe.get_meta(doctype).get_permlevel_access("read")
			return frappe.db.get_value(doctype, name, field) if permitted else None
	return None


def _ask(exchange: Mapping, values: dict, no_answer: str, refused: str) -> None:
	values = {**values, "secret": get_decrypted_password(EXCHANGE, exchange["name"], "secret", raise_exception=False) or ""}
	headers = {name: in_text(value, values) for name, value in headers_of(exchange["call_headers"])}
	body = json.dumps(filled(json.loads(exchange["call_body"] or "{}"), values), ensure_ascii=False).encode()
	try:
		reply = web.request("POST", exchange["call_url"], headers={"Content-Type": "application/json", **headers}, data=body, seconds=LONGEST_WAIT_SECONDS)
	except (web.NotReachedError, web.NoAnswerError):
		frappe.throw(no_answer)
	if not 200 <= reply.status < 300:
		frappe.throw(refused)
