"""What the buttons of a policy and a claim call, over the desk and over REST. Each asks for permission, locks the document, and does one thing.

What a stage asks for is not asked here but where the claim is saved, so that a dragged card and a saved form meet the same rules.
"""

import frappe
from frappe import _
from frappe.utils import flt, getdate, now_datetime

from crm4s.access.required import require_document, require_permission
from crm4s.exceptions import ClaimError, PolicyError
from crm4s.insurance import repair, stages
from crm4s.insurance.cover import POLICY
from crm4s.service.pictures import keep_picture

CLAIM, VISIT = "C4S Insurance Claim", "C4S Service Visit"


@frappe.whitelist(methods=["POST"])
def surrender(policy: str, surrendered_on: str, reason: str) -> None:
	"""The policy is given back, for example because the car is sold; `surrendered_on` is the first day that is not covered any more."""
	document = require_document(POLICY, policy)
	if document.status == "Surrendered":
		frappe.throw(_("This policy is surrendered already."), PolicyError)
	if not reason.strip():
		frappe.throw(_("Say why the policy is surrendered."), PolicyError)
	day = getdate(surrendered_on)
	if not getdate(document.valid_from) <= day <= getdate(document.valid_until):
		frappe.throw(_("The policy is not in force on that day."), PolicyError)
	document.update({"status": "Surrendered", "surrendered_on": day, "surrender_reason": reason.strip()})
	document.flags.by_action = True
	document.save()


@frappe.whitelist(methods=["POST"])
def survey(claim: str, surveyor: str, report_number: str, surveyed_on: str | None = None, survey_way: str | None = None, survey_note: str | None = None) -> None:
	"""The insurer has looked at the damage."""
	document = require_document(CLAIM, claim)
	document.update({"surveyor": surveyor, "report_number": report_number, "surveyed_on": surveyed_on or now_datetime()})
	document.update({"survey_way": survey_way or document.survey_way, "survey_note": survey_note or document.survey_note})
	_go_on(document, stages.SURVEYED)


@frappe.whitelist(methods=["POST"])
def assess(claim: str, assessed_on: str | None = None, assessor: str | None = None) -> None:
	"""The insurer has said what it grants; the rows of the claim have the amounts."""
	document = require_document(CLAIM, claim)
	document.update({"assessed_on": assessed_on or now_datetime(), "assessor": assessor or document.assessor or document.surveyor})
	_go_on(document, stages.ASSESSED)


@frappe.whitelist(methods=["POST"])
def supplement(
	claim: str,
	item_name: str,
	assessed_amount: float,
	item_kind: str = "Part",
	quantity: float = 1,
	asked_amount: float | None = None,
	part: str | None = None,
	remark: str | None = None,
) -> None:
	"""What was found after the assessment, with what the insurer grants for it."""
	document = require_document(CLAIM, claim)
	if document.status not in stages.SUPPLEMENTED:
		frappe.throw(_("A supplement belongs to a claim that is assessed and not submitted yet."), ClaimError)
	amounts = {"asked_amount": flt(asked_amount or assessed_amount), "assessed_amount": flt(assessed_amount)}
	row = {"item_kind": item_kind, "item_name": item_name, "quantity": flt(quantity), "part": part or None, "remark": remark}
	document.append("losses", {**row, **amounts})
	document.save()


@frappe.whitelist(methods=["POST"])
def begin_repair(claim: str, service_visit: str | None = None) -> str:
	"""The name of the visit that repairs the damage: this one of the car, or a new one with what the insurer granted."""
	document = require_document(CLAIM, claim)
	if document.service_visit:
		return document.service_visit
	if stages.IN_REPAIR not in stages.FOLLOWING[document.status]:
		frappe.throw(_("A claim that is {0} cannot become {1}.").format(_(document.status), _(stages.IN_REPAIR)), ClaimError)
	if not service_visit:
		require_permission(VISIT, "create")
		service_visit = repair.open_repair(document).name
	document.service_visit = service_visit
	_go_on(document, stages.IN_REPAIR)
	return service_visit


@frappe.whitelist(methods=["POST"])
def receive_documents(claim: str, documents: list | str) -> None:
	"""Note the documents of these rows as received, all at once."""
	document = require_document(CLAIM, claim)
	names = set(frappe.parse_json(documents))
	rows = [row for row in document.documents if row.name in names]
	if len(rows) < len(names):
		frappe.throw(_("A document of the claim is not known; open the claim again."), ClaimError)
	for row in rows:
		row.document_state = "Received"
	document.save()


@frappe.whitelist(methods=["POST"])
def submit_documents(claim: str, submitted_on: str | None = None) -> None:
	"""The insurer has all documents."""
	document = require_document(CLAIM, claim)
	document.submitted_on = submitted_on or now_datetime()
	_go_on(document, stages.SUBMITTED)


@frappe.whitelist(methods=["POST"])
def settle(claim: str, paid_amount: float, paid_on: str, paid_to: str) -> None:
	"""The insurer has paid."""
	document = require_document(CLAIM, claim)
	document.update({"paid_amount": flt(paid_amount), "paid_on": paid_on, "paid_to": paid_to})
	_go_on(document, stages.PAID)


@frappe.whitelist(methods=["POST"])
def end(claim: str, status: str, reason: str) -> None:
	"""The insurer rejects the claim, or the customer withdraws it."""
	document = require_document(CLAIM, claim)
	if status not in stages.ENDED_UNPAID:
		frappe.throw(_("Status must be one of: {0}").format(", ".join(map(_, stages.ENDED_UNPAID))), ClaimError)
	document.end_reason = reason
	_go_on(document, status)


@frappe.whitelist(methods=["POST"])
def reopen(claim: str, reason: str) -> None:
	"""A claim that was rejected or withdrawn goes on where it ended."""
	document = require_document(CLAIM, claim)
	if document.status not in stages.ENDED_UNPAID:
		frappe.throw(_("Only a claim that was rejected or withdrawn is opened again."), ClaimError)
	if not reason.strip():
		frappe.throw(_("Say why the claim is opened again."), ClaimError)
	document.flags.reopened = True
	document.status = document.ended_from or stages.REPORTED
	document.save()
	document.add_comment("Info", _("Opened again: {0}").format(frappe.utils.escape_html(reason.strip())))


@frappe.whitelist(methods=["POST"])
def add_photo(claim: str, content: str, caption: str | None = None) -> str:
	"""Keep a photo of the damage; its URL."""
	document = require_document(CLAIM, claim)
	url = keep_picture(document, content, str(len(document.photos) + 1))
	document.append("photos", {"image": url, "caption": caption})
	document.save()
	return url


def _go_on(claim, status: str) -> None:
	claim.status = status
	claim.save()
