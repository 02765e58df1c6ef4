"""Gifts of a campaign: each customer gets one of each, nobody gets one that is not there."""

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, now_datetime

from crm4s.campaigns.scope import stores_of_campaign
from crm4s.exceptions import CampaignError
from crm4s.relationship_costs import GIFT as COST_KIND
from crm4s.relationship_costs import Cost, note_costs

CAMPAIGN, GIFT, HAND_OUT = "C4S Campaign", "C4S Campaign Gift", "C4S Gift Hand-Out"
HANDED_OUT, RETURNED = "Handed Out", "Returned"
GIVING = ("Ready to Start", "Running", "Paused", "Ended")


def hand_out(campaign: str, gift: str, customer: str, dealership: str | None = None) -> str:
	"""Give a customer one of a gift (a row of the campaign); the name of the hand-out. Permission is the caller's question.

	Raises:
		CampaignError: there is none left, or the customer has had it.
	"""
	row = _locked(campaign, gift)
	about = frappe.db.get_value(CAMPAIGN, campaign, ["status", "dealership"], as_dict=True)
	if about.status not in GIVING:
		frappe.throw(_("The campaign is {0}; no gifts are handed out.").format(_(about.status)), CampaignError)
	stores = stores_of_campaign(about.dealership)
	if stores is not None and not frappe.db.exists("C4S Store Relationship", {"customer": customer, "dealership": ["in", stores]}):
		frappe.throw(_("The campaign is not for this customer's store."), CampaignError)
	once = f"{gift}|{customer}"
	if frappe.db.get_value(HAND_OUT, {"once_key": once}, for_update=True):
		frappe.throw(_("This customer has had the gift {0} already.").format(frappe.bold(frappe.utils.escape_html(row.gift_name))), CampaignError)
	if cint(row.handed_out) >= cint(row.quantity):
		frappe.throw(_("No {0} is left.").format(frappe.bold(frappe.utils.escape_html(row.gift_name))), CampaignError)
	document = frappe.get_doc(
		{
			"doctype": HAND_OUT, "campaign": campaign, "gift": gift, "gift_name": row.gift_name, "customer": customer, "dealership": dealership,
			"status": HANDED_OUT, "unit_cost": flt(row.unit_cost), "handed_on": now_datetime(), "handed_by": frappe.session.user, "once_key": once,
		}
	)
	document.flags.writes_facts = True
	document.insert(ignore_permissions=True)
	_count(gift, 1)
	_note_cost(document, 1)
	return document.name


def take_back(name: str, reason: str) -> None:
	"""The gift comes back and may be given to somebody else."""
	if not (reason or "").strip():
		frappe.throw(_("Say why the gift comes back."), frappe.MandatoryError)
	about = frappe.db.get_value(HAND_OUT, name, ["campaign", "gift"], as_dict=True)
	_locked(about.campaign, about.gift)
	document = frappe.get_doc(HAND_OUT, name, for_update=True)
	if document.status != HANDED_OUT:
		frappe.throw(_("This gift came back already."), CampaignError)
	document.update({"status": RETURNED, "returned_on": now_datetime(), "return_reason": reason.strip()[:140], "once_key": None})
	document.save_facts()
	_count(about.gift, -1)
	_note_cost(document, -1)


def validate(campaign) -> None:
	"""What the table of gifts may become; how many went out is counted, not written by a form."""
	known = {}
	if not campaign.is_new():
		filters = {"parent": campaign.name, "parenttype": CAMPAIGN}
		# The rows as they are now, and kept so: a gift may go out while the form is open.
		rows = frappe.get_all(GIFT, filters, ["name", "gift_name"])
		for row in rows:
			known[row.name] = _locked(campaign.name, row.name)
	for row in campaign.gifts:
		stored = known.pop(row.name, None)
		row.handed_out = cint(stored.handed_out) if stored else 0
		if cint(row.quantity) < cint(row.handed_out):
			frappe.throw(_("{0}: {1} have been handed out already.").format(row.gift_name, row.handed_out), CampaignError)
	for gone in known.values():
		if frappe.db.exists(HAND_OUT, {"gift": gone.name}):
			frappe.throw(_("{0} has been handed out; the row has to stay.").format(gone.gift_name), CampaignError)


def _locked(campaign: str, gift: str):
	row = frappe.qb.DocType(GIFT)
	found = (
		frappe.qb.from_(row)
		.select(row.name, row.gift_name, row.quantity, row.unit_cost, row.handed_out)
		.where((row.name == gift) & (row.parent == campaign) & (row.parenttype == CAMPAIGN))
		.for_update()
	).run(as_dict=True)
	return found[0] if found else frappe.throw(_("The campaign has no such gift."), CampaignError)


def _count(gift: str, change: int) -> None:
	row = frappe.qb.DocType(GIFT)
	frappe.qb.update(row).set(row.handed_out, row.handed_out + change).where(row.name == gift).run()


def _note_cost(document, sign: int) -> None:
	key = f"gift|{document.name}|{'given' if sign > 0 else 'back'}"
	amount = sign * flt(document.unit_cost)
	note_costs(
		[Cost(key, document.customer, COST_KIND, amount, getdate(), document.dealership, CAMPAIGN, document.campaign, document.gift_name[:140])]
	)
