"""Leads of ERPNext, made when somebody asks for one. Later changes go there only where the settings say so; nothing comes back."""

import json
from collections.abc import Iterable, Mapping

import frappe
from frappe import _

from crm4s.access.required import require_document
from crm4s.acting import acting_as
from crm4s.erpnext_link import pairs
from crm4s.erpnext_link.names import LEAD, THEIR_LEAD
from crm4s.erpnext_link.plan import Plan, current
from crm4s.sealing import digest

NAME, PHONE, EMAIL, WECHAT, NEEDS, MODEL, STORE = "Name", "Phone", "E-Mail", "WeChat", "Needs", "Interested Model", "Store"
# Where the settings name no fields.
USUAL = {NAME: "first_name", PHONE: "mobile_no", EMAIL: "email_id"}


@frappe.whitelist(methods=["POST"])
def make(lead: str) -> str:
	"""The name of the lead in ERPNext, made where there is none yet; for those who may write ours.

	Raises:
		frappe.ValidationError: the settings do not offer it, or ERPNext refuses it, in its own words.
	"""
	document = require_document(LEAD, lead)
	plan = current()
	if not (plan and plan.offers_leads):
		frappe.throw(_("Leads are not made in ERPNext here; the ERPNext Settings allow it."))
	pair = _pair_of(lead)
	if pair and frappe.db.exists(THEIR_LEAD, pair["their_document"]):
		return pair["their_document"]
	responsible = document.sales_consultant or frappe.session.user
	try:
		with acting_as(plan.user):
			return _make(document, responsible, plan)
	except pairs.REFUSALS as refusal:
		frappe.clear_messages()
		frappe.throw(_("ERPNext refuses the lead: {0}").format(frappe.utils.strip_html(str(refusal))))


def bring_up(names: Iterable[str], plan: Plan) -> None:
	"""Write there what was changed here since, in leads that were made there."""
	for name, pair in pairs.of_ours(LEAD, names, THEIR_LEAD).items():
		if pair.their_document:
			pairs.tried(LEAD, name, THEIR_LEAD, lambda: _follow(name, pair, plan))  # noqa: B023, called at once


def _make(lead, responsible: str, plan: Plan) -> str:
	said = _said(lead, plan)
	store = plan.stores.get(lead.dealership)
	theirs = frappe.get_doc({"doctype": THEIR_LEAD, "status": "Lead", "lead_owner": responsible, "territory": plan.territory or None, **said})
	if store:
		theirs.company = store.company
	theirs.insert()
	pairs.say_origin(theirs, LEAD, lead.name)
	pairs.connect(LEAD, lead.name, THEIR_LEAD, theirs.name, agreed=_seal(said))
	return theirs.name


def _follow(name: str, pair: Mapping, plan: Plan) -> None:
	said = _said(frappe.get_doc(LEAD, name), plan)
	if _seal(said) == pair["agreed"] or not frappe.db.exists(THEIR_LEAD, pair["their_document"]):
		return
	theirs = frappe.get_doc(THEIR_LEAD, pair["their_document"], for_update=True)
	theirs.update(said)
	theirs.save()
	pairs.note(pair["name"], agreed=_seal(said), problem=None)


def _said(lead, plan: Plan) -> dict[str, str | None]:
	"""By field there, what ours says."""
	ours = {
		**{NAME: lead.lead_name, PHONE: lead.phone, EMAIL: lead.email, WECHAT: lead.wechat, NEEDS: lead.needs},
		MODEL: lead.interested_model and frappe.db.get_value("C4S Vehicle Model", lead.interested_model, "model_title"),
		STORE: lead.dealership and frappe.db.get_value("C4S Dealership", lead.dealership, "dealership_name"),
	}
	return {theirs: ours[name] or None for name, theirs in (plan.lead_fields or USUAL).items()}


def _seal(said: Mapping) -> str:
	return digest(json.dumps(said, ensure_ascii=False))[:16]


def _pair_of(lead: str) -> Mapping | None:
	pair = pairs.of_ours(LEAD, [lead], THEIR_LEAD).get(lead)
	return pair if pair and pair.their_document else None
