"""What the buttons of a service visit call, over the desk and over REST. Each asks for permission, locks the visit, and does one thing."""

import frappe
from frappe import _

from crm4s.access.required import require_document, require_permission
from crm4s.follow_up import CALLERS
from crm4s.service import approval, comeback, follow_up, link_messages, links, packages, quoting, settlement, walk_round

VISIT = "C4S Service Visit"


@frappe.whitelist()
def panels(visit: str) -> dict:
	"""What the form shows beside the fields: marks, missing parts, comebacks, advice of before, and the link that waits for an answer."""
	document = _require_visit(visit, "read", locking=False)
	return {
		"marks": walk_round.marks_of(document),
		"missing_parts": quoting.warnings(document),
		"comebacks": comeback.comebacks_of(document),
		"declined_before": settlement.advice_from_before(document) if document.status == approval.OPEN else [],
		"next_service": settlement.next_service(document, frappe.local.lang) if document.status == approval.OPEN else None,
		"waiting_link": links.waiting(document.name),
	}


@frappe.whitelist()
def proposals(visit: str) -> list[dict]:
	"""Packages, plan items and earlier advice that could be done at this visit, with their reasons."""
	document = _require_visit(visit, "read", locking=False)
	return packages.propose(document.vehicle, document.arrived_on, document.odometer) if document.vehicle else []


@frappe.whitelist(methods=["POST"])
def begin_walk_round(visit: str) -> None:
	"""Copy the points of the template to the visit."""
	walk_round.begin(_require_visit(visit))


@frappe.whitelist(methods=["POST"])
def fill_walk_round(visit: str, points: list | str, marks: list | str | None = None, signature: str | None = None) -> None:
	"""Write what was seen; with the customer's signature the walk-round is done."""
	document = _require_visit(visit)
	walk_round.fill(document, _parsed(points), None if marks is None else _parsed(marks), signature)


@frappe.whitelist(methods=["POST"])
def add_photo(visit: str, point: str, content: str) -> str:
	"""Keep a photo of a point of the walk-round; its URL."""
	return walk_round.add_photo(_require_visit(visit), point, content)


@frappe.whitelist(methods=["POST"])
def quote(visit: str, promised_on: str | None = None) -> None:
	"""Note that the customer was told what the items cost, and when the car will be ready."""
	quoting.quote(_require_visit(visit), promised_on)


@frappe.whitelist(methods=["POST"])
def decide(visit: str, decisions: dict | str, means: str = approval.DESK, note: str | None = None) -> None:
	"""Note what the customer said to items, at the desk or on the phone."""
	document = _require_visit(visit)
	if means in (approval.LINK, approval.PORTAL):
		frappe.throw(_("Only the customer answers by link or in the portal."), frappe.PermissionError)
	approval.decide(document, _parsed(decisions), means, note)


@frappe.whitelist(methods=["POST"])
def make_link(visit: str, purpose: str = links.FOR_APPROVAL) -> dict:
	"""A link for the customer: `url`, told once, and `expires_on`."""
	document = _require_visit(visit)
	_require_purpose(purpose)
	link = links.make(document, purpose)
	return {"url": link["url"], "expires_on": link["expires_on"]}


@frappe.whitelist()
def look_ahead_of_link(visit: str, purpose: str = links.FOR_APPROVAL) -> dict:
	"""How a link would reach the customer now: `channel` and `address` (masked), or `until`, or `why_not`."""
	document = _require_visit(visit, locking=False)
	_require_purpose(purpose)
	return link_messages.look_ahead(document, purpose)


@frappe.whitelist(methods=["POST"])
def send_link(visit: str, purpose: str = links.FOR_APPROVAL) -> dict:
	"""Send the customer a new link by message: how it goes out, and `expires_on`."""
	document = _require_visit(visit)
	_require_purpose(purpose)
	return link_messages.send(document, purpose)


@frappe.whitelist(methods=["POST"])
def revoke_links(visit: str) -> None:
	"""The links that were sent do not count any more."""
	links.revoke(_require_visit(visit).name)


@frappe.whitelist(methods=["POST"])
def open_comeback(visit: str, concern: str) -> str:
	"""The name of a new visit for a car that came back with the same trouble."""
	first = _require_visit(visit)
	require_permission(VISIT, "create")
	return comeback.open_comeback(first, concern).name


@frappe.whitelist(methods=["POST"])
def log_follow_up(visit: str, outcome: str, note: str | None = None, next_call_on: str | None = None) -> None:
	"""Keep how the call after the visit went; the visit goes on when the customer was reached."""
	document = _require_visit(visit, "read" if CALLERS & set(frappe.get_roles()) else "write")
	follow_up.log(document, outcome, note, next_call_on)


def _require_visit(visit: str, ptype: str = "write", locking: bool = True):
	return require_document(VISIT, visit, ptype, locking)


def _require_purpose(purpose: str) -> None:
	if purpose not in links.PAGES:
		frappe.throw(_("Purpose must be one of: {0}").format(", ".join(map(_, links.PAGES))))


def _parsed(value):
	"""Lists and objects come as text from the desk and as they are over REST."""
	return frappe.parse_json(value)
