"""How far a visit is, for the customer who waits: steps of the workflow, the quotation to decide on, what is to pay, photos."""

import hashlib
import json
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.exceptions import ApprovalError
from crm4s.portal import service
from crm4s.portal.service import OPEN, VISIT
from crm4s.service import approval, links
from crm4s.surveys.inviting import WAITING
from crm4s.surveys.links import INVITATION, link_of
from crm4s.workflows.passages import PASSAGE
from crm4s.workflows.states import STATE, states_meaning

DONE, NOW, AHEAD = "done", "now", "ahead"
FILE = "File"


def steps_of(visit) -> list[dict]:
	"""The way of a visit through its workflow: each state with `label`, `stands` (done, now, ahead) and `entered_on`, when it first came there.

	A state that was left out on the way is not shown.
	"""
	states = [*states_meaning(VISIT, OPEN), *states_meaning(VISIT, service.SETTLED)[:1]]
	entered = _entered(visit.name)
	here = visit.get(STATE) if visit.get(STATE) in states else (states[-1] if visit.status == service.SETTLED and states else None)
	if here is None:
		return []
	place = states.index(here)
	return [
		{"label": _(state), "stands": _stands(number, place, visit), "entered_on": entered.get(state)}
		for number, state in enumerate(states)
		if number >= place or state in entered
	]


def to_decide(visit) -> list[dict]:
	"""The items that the customer was asked about and has not decided on, as the link would show them; none while nobody quoted them."""
	asked = visit.status == OPEN and (visit.quoted_on or links.waiting(visit.name))
	return links.proposed(visit) if asked else []


def asking(rows) -> set[str]:
	"""Names of those visits for which `to_decide` has something; one query.

	Args:
		rows: dicts of name, status, undecided_items and quoted_on.
	"""
	undecided = [row for row in rows if row.status == OPEN and row.undecided_items]
	linked = links.with_waiting([row.name for row in undecided if not row.quoted_on])
	return {row.name for row in undecided if row.quoted_on or row.name in linked}


def stamp_of(rows: list[dict]) -> str:
	"""Says whether a quotation is still the one that was shown."""
	return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()[:20]


def decide(name: str, decisions: Mapping[str, str], stamp: str, said_by: str) -> None:
	"""Write what the customer said to some of the items, and tell the advisor.

	Args:
		stamp: of the rows that were shown.
		said_by: name of who is signed in.

	Raises:
		ApprovalError: the quotation is not the one that was shown, or an item cannot be decided on any more.
	"""
	visit = frappe.get_doc(VISIT, name, for_update=True)
	if stamp != stamp_of(to_decide(visit)):
		frappe.throw(_("The quotation has changed meanwhile; please look at it again."), ApprovalError)
	approval.decide(visit, decisions, approval.PORTAL, said_by)
	links.tell_advisor(visit, decisions)


def photos_of(visit) -> list[dict]:
	"""Photos of the walk round the car: `file`, and `caption`, what they show."""
	rows = [row for row in visit.walk_round if row.photo]
	if not rows:
		return []
	attached = {"attached_to_doctype": VISIT, "attached_to_name": visit.name, "file_url": ["in", [row.photo for row in rows]]}
	files = dict(frappe.get_all(FILE, attached, ["file_url", "name"], as_list=True))
	return [{"file": files[row.photo], "caption": " · ".join(filter(None, (row.area, row.item, row.remark)))} for row in rows if row.photo in files]


def survey_of(visit) -> dict | None:
	"""The invitation to rate this visit: `status`, and `url` while it can be answered; None where there is none."""
	row = frappe.db.get_value(
		INVITATION, {"service_visit": visit.name, "customer": visit.customer, "status": ["!=", "Withdrawn"]}, ["name", "status", "expires_on"], as_dict=True, order_by="creation desc"
	)
	if not row:
		return None
	waits = row.status in WAITING and row.expires_on > now_datetime()
	return {"status": row.status, "url": link_of(row.name) if waits else None}


def works_of(names: list[str]) -> dict[str, list[str]]:
	"""What was done at visits, by their names: the items that were approved; one query."""
	rows = frappe.get_all(
		"C4S Service Item", {"parenttype": VISIT, "parent": ["in", names or [""]], "approval": approval.APPROVED}, ["parent", "item_name"], order_by="parent, idx"
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.parent, []).append(row.item_name)
	return found


def _stands(number: int, place: int, visit) -> str:
	if number < place or visit.status == service.SETTLED:
		return DONE
	return NOW if number == place else AHEAD


def _entered(name: str) -> dict:
	rows = frappe.get_all(PASSAGE, {"document_type": VISIT, "document_name": name}, ["state", "entered_on"], order_by="entered_on desc")
	return {row.state: row.entered_on for row in rows}
