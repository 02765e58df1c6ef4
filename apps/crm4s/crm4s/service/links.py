"""Links by which a customer, without signing in, decides on one quotation or sees how far the repair is.

Whoever has the token has the link, so only its hash is kept, it ends by itself, and what it shows is one visit and nothing around it.
The only writer of C4S Approval Link.
"""

import json
import secrets
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import add_days, add_to_date, cint, escape_html, get_datetime, get_url, now_datetime

from crm4s.exceptions import ApprovalError, LinkRefusedError
from crm4s.guessing import note_wrong_link, refuse_guessing
from crm4s.messages import outbox
from crm4s.notices import ring
from crm4s.service import approval
from crm4s.settings import setting
from crm4s.tokens import hash_of
from crm4s.value.money import total

LINK, VISIT = "C4S Approval Link", "C4S Service Visit"
FOR_APPROVAL, FOR_STATUS = "Approval", "Status"
PAGES = {FOR_APPROVAL: "service-approval", FOR_STATUS: "service-status"}
TOKEN_BYTES = 32
LONGEST_TOKEN = 64
LONGEST_NAME = 60
SHOWN = ("item_kind", "part", "item_name", "quantity", "amount", "payer")


def make(visit, purpose: str) -> dict:
	"""A new link for a locked visit: its `name`, `url` with the token, which is told here once, and `expires_on`. An earlier one of this purpose ends."""
	rows = _rows_to_show(visit, purpose)
	token = secrets.token_urlsafe(TOKEN_BYTES)
	revoke(visit.name, purpose)
	link = frappe.get_doc(
		{
			"doctype": LINK,
			"service_visit": visit.name,
			"dealership": visit.dealership,
			"purpose": purpose,
			"token_hash": hash_of(token),
			"expires_on": add_to_date(now_datetime(), hours=max(cint(setting("approval_link_hours")), 1)) if purpose == FOR_APPROVAL else None,
			"quotation": json.dumps(rows, ensure_ascii=False),
			"total_amount": customers_total(rows),
		}
	).insert(ignore_permissions=True)
	return {"name": link.name, "url": get_url(f"/{PAGES[purpose]}?token={token}"), "expires_on": link.expires_on}


def revoke(service_visit: str, purpose: str | None = None) -> None:
	"""End the links of a visit that can still be used; what waits to be sent with one of them is not sent."""
	names = frappe.get_all(LINK, _of(service_visit, purpose), pluck="name")
	for name in names:
		frappe.db.set_value(LINK, name, "revoked", 1)
	outbox.withdraw(LINK, names, _("This link does not count any more."))


def forget(visit) -> None:
	"""A visit that is deleted leaves no links, and sends none."""
	revoke(visit.name)
	frappe.db.delete(LINK, {"service_visit": visit.name})


def open_link(token: str | None, purpose: str, locking: bool = False):
	"""The link of a token, if it may be used now; otherwise one sentence.

	Raises:
		LinkRefusedError: not known, revoked, used or expired; too many wrong tokens from this address.
	"""
	refuse_guessing()
	name = frappe.db.get_value(LINK, {"token_hash": hash_of(token), "purpose": purpose}) if _is_token(token) else None
	if not name:
		note_wrong_link()
		frappe.throw(_("This link is not known; ask your service advisor for a new one."), LinkRefusedError)
	link = frappe.get_doc(LINK, name, for_update=locking)
	if link.revoked:
		frappe.throw(_("This link does not count any more; your service advisor has made a newer one."), LinkRefusedError)
	if link.used_on:
		frappe.throw(_("You have answered already, thank you; your service advisor has your decision."), LinkRefusedError)
	if _has_expired(link):
		frappe.throw(_("This link has expired; ask your service advisor for a new one."), LinkRefusedError)
	return link


def quotation(link) -> list[dict]:
	"""The items that the link shows, as long as the visit still says the same."""
	rows = json.loads(link.quotation)
	visit = frappe.get_doc(VISIT, link.service_visit)
	if visit.status != approval.OPEN or rows != proposed(visit):
		frappe.throw(
			_("The quotation has changed since this link was made; your service advisor will send you the new one."), LinkRefusedError
		)
	return rows


def answer(token: str | None, decisions: Mapping[str, str], signed_with: str | None) -> None:
	"""Take the customer's decision on every item of the quotation, once; anything wrong changes nothing.

	Args:
		decisions: Approved or Declined by name of the row, for exactly the rows that the link shows.
		signed_with: the name that the customer typed.
	"""
	link = open_link(token, FOR_APPROVAL)
	# First the visit, then its link, as `make` does: two answers follow one another.
	visit = frappe.get_doc(VISIT, link.service_visit, for_update=True)
	link = open_link(token, FOR_APPROVAL, locking=True)
	rows = quotation(link)
	name = " ".join((signed_with or "").split())
	if not name:
		frappe.throw(_("Type your name, so that we know who decided."), LinkRefusedError)
	if len(name) > LONGEST_NAME:
		frappe.throw(_("The name is too long; {0} letters are the most.").format(LONGEST_NAME), LinkRefusedError)
	if set(decisions) != {row["name"] for row in rows}:
		frappe.throw(_("Say for each item whether we shall do it."), LinkRefusedError)
	approval.decide(visit, decisions, approval.LINK, name)
	frappe.db.set_value(LINK, link.name, {"used_on": now_datetime(), "used_name": name})
	tell_advisor(visit, decisions)


def progress(link) -> dict:
	"""What a status link shows: state, promised time, items, and nothing else."""
	visit = frappe.get_doc(VISIT, link.service_visit)
	return {
		"state": visit.workflow_state or visit.status,
		"status": visit.status,
		"arrived_on": visit.arrived_on,
		"promised_on": visit.promised_on if visit.status == approval.OPEN else None,
		"items": [{"item_name": row.item_name, "approval": row.approval} for row in visit.items],
	}


def waiting(service_visit: str) -> dict | None:
	"""The approval link that a customer has and did not answer: made on, `expires_on`."""
	return frappe.db.get_value(
		LINK, {**_of(service_visit, FOR_APPROVAL), "expires_on": [">", now_datetime()]}, ["creation", "expires_on"], as_dict=True
	)


def with_waiting(service_visits: list[str]) -> set[str]:
	"""Those of the visits for which a customer has an approval link and did not answer; one query."""
	if not service_visits:
		return set()
	usable = {**_of(["in", service_visits], FOR_APPROVAL), "expires_on": [">", now_datetime()]}
	return set(frappe.get_all(LINK, usable, pluck="service_visit", limit_page_length=0))


def proposed(visit) -> list[dict]:
	"""The items that wait for a decision, as a link keeps them."""
	return [{"name": row.name, **{field: row.get(field) or None for field in SHOWN}} for row in approval.undecided(visit)]


def tell_advisor(visit, decisions: Mapping[str, str]) -> None:
	"""A notice in the bell, in the advisor's language."""
	user = visit.service_advisor
	if not user or not frappe.db.get_value("User", user, "enabled"):
		return
	approved = sum(decision == approval.APPROVED for decision in decisions.values())
	sentence = _("{0} decided on the quotation: {1} approved, {2} not this time.", frappe.db.get_value("User", user, "language"))
	said = sentence.format(escape_html(visit.title), approved, len(decisions) - approved)
	ring(user, said, VISIT, visit.name, by=frappe.session.user)


def customers_total(rows: list[dict]) -> float:
	return float(total(row["amount"] for row in rows if row["payer"] == approval.CUSTOMER))


def _of(service_visit: str | list, purpose: str | None) -> dict:
	usable = {"service_visit": service_visit, "revoked": 0, "used_on": ["is", "not set"]}
	return {**usable, "purpose": purpose} if purpose else usable


def _rows_to_show(visit, purpose: str) -> list[dict]:
	if visit.status == "Cancelled" or (purpose == FOR_APPROVAL and visit.status != approval.OPEN):
		frappe.throw(_("The visit is {0}; there is nothing to send.").format(_(visit.status)), ApprovalError)
	if purpose == FOR_STATUS:
		return []
	rows = proposed(visit)
	if not rows:
		frappe.throw(_("Every item is decided already; there is nothing to ask."), ApprovalError)
	return rows


def _has_expired(link) -> bool:
	if link.purpose == FOR_APPROVAL:
		return get_datetime(link.expires_on) <= now_datetime()
	status, settled_on, modified = frappe.db.get_value(VISIT, link.service_visit, ["status", "settled_on", "modified"])
	ended_on = settled_on or (modified if status == "Cancelled" else None)
	return bool(ended_on) and add_days(get_datetime(ended_on), cint(setting("status_link_days"))) <= now_datetime()


def _is_token(token: str | None) -> bool:
	return isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN
