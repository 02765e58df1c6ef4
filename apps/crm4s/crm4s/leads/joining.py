"""One open lead for each phone number in a store: the key that the unique index guards, and what is said of a second one."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from crm4s.exceptions import DuplicateLeadError
from crm4s.identifiers.masking import mask_name

LEAD = "C4S Lead"
KEY = "open_phone_key"


def open_key(dealership: str | None, phone: str | None) -> str | None:
	"""What at most one open lead has; None where there is nothing to compare."""
	return f"{dealership}|{phone}" if dealership and phone else None


def set_open_key(lead) -> None:
	"""Write the key of an open lead that is no separate purchase. Refuse a twin, unless the system itself opens the lead again."""
	key = None if lead.status != "Open" or cint(lead.separate_purchase) else open_key(lead.dealership, lead.phone)
	before = lead.get_doc_before_save()
	if before and not before.get(KEY) and _same_as(lead, before):
		# A twin of the time before there was a key: it stays a twin, and can be worked on.
		key = None
	if key and key != (before and before.get(KEY)):
		twin = find_open(key, apart_from=lead.name)
		if twin and lead.flags.moved_by_system and before:
			key = None
		elif twin:
			refuse_twin(twin)
	lead.open_phone_key = key


def find_open(key: str | None, apart_from: str | None = None, latest: bool = False):
	"""The open lead with this key: name, lead_name, in_pool, sales_consultant. `latest` reads past the transaction's snapshot and locks the row."""
	if not key:
		return None
	return frappe.db.get_value(
		LEAD,
		{KEY: key, "name": ["!=", apart_from or ""]},
		["name", "lead_name", "in_pool", "sales_consultant"],
		as_dict=True,
		for_update=latest,
	)


def refuse_twin(twin) -> None:
	"""Say which lead is open already, with a button that leads there."""
	if twin.in_pool:
		sentence = _("This phone number belongs to a lead that waits in the public pool, {0}. Take it from there.")
		action = {"label": _("Open the Pool"), "client_action": "frappe.set_route", "args": ["c4s-lead-pool"]}
		shown = mask_name(twin.lead_name)
	else:
		sentence = _(
			"{0} has the same phone number and is open in this store. Go on with that lead; for another car of the same household tick Separate Purchase."
		)
		action = {"label": _("Open It"), "client_action": "frappe.set_route", "args": ["Form", LEAD, twin.name]}
		shown = f"{twin.lead_name} ({twin.name})"
	frappe.msgprint(
		sentence.format(frappe.bold(escape_html(shown))),
		title=_("Lead Exists"),
		indicator="orange",
		raise_exception=DuplicateLeadError,
		primary_action=action,
	)


def is_twin_error(error: Exception) -> bool:
	return KEY in str(error)


def _same_as(lead, before) -> bool:
	fields = ("phone", "dealership", "status", "separate_purchase")
	return all((lead.get(field) or "") == (before.get(field) or "") for field in fields)
