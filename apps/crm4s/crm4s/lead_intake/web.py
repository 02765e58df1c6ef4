"""The public web form "Ask for an Offer": what a stranger sends is checked, limited, and goes through the one door."""

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from crm4s.counting import count
from crm4s.edge import plain_refusal
from crm4s.exceptions import TooManyLookupsError
from crm4s.guessing import limit_callers
from crm4s.identifiers.phone import normalise_phone
from crm4s.lead_intake.receive import receive
from crm4s.settings import setting

FORM = "ask-for-an-offer"
PER_HOUR = 10
MOST_LOOKS = 600
HOUR = 3600


def check_request(request) -> None:
	"""Consent is given, the phone is one, nobody sends more than some in an hour."""
	if not request.is_new():
		return
	request.update({"result": None, "lead": None})
	_limit_sender()
	if not cint(request.consent):
		frappe.throw(_("Please agree that the store contacts you; without it nobody may call you back."))
	with plain_refusal():
		request.phone = normalise_phone(request.phone or "", setting("default_region") or "CN")
	if request.dealership and not _takes_requests(request.dealership):
		frappe.throw(_("Please choose one of our stores."))
	request.consent_text = _(request.meta.get_label("consent"))


def receive_request(request) -> None:
	"""A robot fills every field, the one that people do not see as well: it is thanked, and nothing becomes of it."""
	if (request.website or "").strip():
		return
	result = receive(_facts(request), setting("lead_web_source"), f"web-form:{request.name}")
	# Not on the document itself, which Frappe sends back: a stranger would learn whether the number has a lead already.
	written = {"result": result.outcome, "lead": result.lead}
	frappe.db.set_value(request.doctype, request.name, written, update_modified=False)


@frappe.whitelist(allow_guest=True)
def may_be_chosen() -> dict:
	"""Stores and series that the public form offers: {"stores": [{value, label}], "models": [{value, label}]}. Public, as names and prices lists are."""
	only_while_published()
	limit_callers("lead form", MOST_LOOKS, 60)
	return {"stores": _stores(), "models": _models()}


def only_while_published() -> None:
	"""An administrator who takes the form off the site closes what it asks as well."""
	if not frappe.db.get_value("Web Form", FORM, "published"):
		frappe.throw(_("This form is not in use."), frappe.PermissionError)


def _facts(request) -> dict:
	return {
		**{"lead_name": request.person_name, "phone": request.phone, "dealership": request.dealership},
		**{"interested_model": request.model, "needs": request.message, "contact_consent_on": now_datetime().replace(microsecond=0)},
	}


def _stores() -> list[dict]:
	rows = frappe.get_all(
		"C4S Dealership", {"is_group": 0, "suspended": 0, "outlet_type": "4S Store"}, ["name as value", "dealership_name as label"], order_by="lft"
	)
	return rows


def _models() -> list[dict]:
	return frappe.get_all("C4S Vehicle Model", {"enabled": 1}, ["name as value", "model_title as label"], order_by="name", limit=300)


def _takes_requests(store: str) -> bool:
	return bool(frappe.db.exists("C4S Dealership", {"name": store, "is_group": 0, "suspended": 0}))


def _limit_sender() -> None:
	"""Ten requests an hour from one address; Frappe's own limit counts everybody together."""
	address = frappe.local.request_ip
	if not address or frappe.session.user != "Guest":
		return
	if count(f"crm4s_lead_requests:{address}", HOUR) > PER_HOUR:
		frappe.throw(_("Too many requests came from your connection; please call the store."), TooManyLookupsError)
