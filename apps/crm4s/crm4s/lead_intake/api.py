"""Leads over REST: what car portals, agencies and social accounts send, read by a C4S Lead Mapping."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_system_timezone, now_datetime

from crm4s.access.stores import stores_of
from crm4s.access.required import require_permission
from crm4s.edge import plain_refusal
from crm4s.lead_intake import adf
from crm4s.lead_intake.mapping import FieldRule, facts_of, leads_in, value_at
from crm4s.lead_intake.receive import Result, receive
from crm4s.lead_intake.quarantine import keep

MAPPING = "C4S Lead Mapping"
MOST_AT_ONCE = 500


@frappe.whitelist(methods=["POST"])
def receive_leads(mapping: str, payload: Any) -> dict:
	"""Take the leads of one delivery; for those who may read mappings and make leads, as connected systems may.

	Returns {"results": [{"row", "key", "outcome", "lead", "quarantined", "reason"}]}, one for each lead in the order sent: a bad one stops
	no other. Sent again, nothing is taken twice.
	"""
	require_permission(MAPPING, "read")
	require_permission("C4S Lead", "create")
	rules = _enabled_mapping(mapping)
	payload = frappe.parse_json(payload) if isinstance(payload, str) else payload
	return _received_all(leads_in(payload, rules.list_path or ""), rules)


@frappe.whitelist(methods=["POST"])
def receive_adf(mapping: str, document: str | None = None) -> dict:
	"""The same for leads in ADF 1.0, XML, sent as `document` or as the body itself; for those who may read mappings and make leads.

	The mapping's paths are the names of `adf.leads_in`, such as `phone` and `vendor`; its path of the lead's own number is `key`.
	"""
	require_permission(MAPPING, "read")
	require_permission("C4S Lead", "create")
	rules = _enabled_mapping(mapping)
	with plain_refusal():
		leads = adf.leads_in(document or frappe.request.get_data())
	for lead in leads:
		lead["received_on"] = _at_site(lead.get("received_on"))
	return _received_all(leads, rules)


def _received_all(leads: list, rules) -> dict:
	if len(leads) > MOST_AT_ONCE:
		frappe.throw(_("At most {0} leads are taken at once; this delivery has {1}.").format(MOST_AT_ONCE, len(leads)))
	return {"results": [{"row": number, **_received(lead, rules)} for number, lead in enumerate(leads, 1)]}


def _at_site(moment: str | None) -> str | None:
	"""A time of the sender as the site's clock showed it; nothing where it cannot be read, or lies ahead of us: the lead came now then."""
	try:
		sent = datetime.fromisoformat((moment or "").strip())
	except ValueError:
		return None
	if sent.tzinfo:
		sent = sent.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
	return str(sent.replace(microsecond=0)) if sent <= now_datetime() else None


def _received(lead: Any, mapping) -> dict:
	key = value_at(lead, mapping.key_path) if mapping.key_path else None
	external_key = f"{mapping.name}:{key}"[:140] if key not in (None, "") else None
	facts = facts_of(lead, _field_rules(mapping), _words(mapping))
	facts.setdefault("dealership", mapping.default_dealership)
	result = _within_own_stores(facts, external_key, lead, mapping) or receive(facts, mapping.source, external_key, lead, mapping.name)
	return {"key": key, **result.as_dict()}


def _within_own_stores(facts: dict, external_key: str | None, lead: Any, mapping) -> Result | None:
	"""A system that is connected for some stores sends leads for these only."""
	stores = stores_of()
	if stores is None or not facts["dealership"] or facts["dealership"] in stores:
		return None
	reason = _("{0} may not send leads for store {1}.").format(frappe.session.user, facts["dealership"])
	return Result("Quarantined", None, keep({**facts, "dealership": None}, mapping.source, None, lead, mapping.name, reason), reason)


def _enabled_mapping(name: str):
	if not frappe.db.get_value(MAPPING, name, "enabled"):
		frappe.throw(_("There is no enabled mapping {0}.").format(frappe.bold(frappe.utils.escape_html(name))), frappe.DoesNotExistError)
	return frappe.get_cached_doc(MAPPING, name)


def _field_rules(mapping) -> list[FieldRule]:
	return [FieldRule(row.field_name, row.path or "", row.default_value) for row in mapping.fields_of_lead]


def _words(mapping) -> dict[tuple[str, str], str | None]:
	return {(row.field_name, row.given.strip().casefold()): row.ours for row in mapping.values_of_lead}
