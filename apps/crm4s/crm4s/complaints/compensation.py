"""What a solution may cost: up to a limit whoever handles the complaint decides, above it a manager does, before the complaint is resolved."""

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from crm4s.exceptions import CompensationNotApprovedError
from crm4s.settings import setting

OPEN = "Open"
NOT_NEEDED, WAITING, APPROVED, REFUSED = "Not Needed", "To Be Approved", "Approved by Manager", "Refused by Manager"
APPROVERS = ("C4S CRM Manager", "C4S Dealer Manager", "C4S Group Manager", "C4S Administrator", "System Manager")
# What an approval was about.
AGREED = ("outcome", "compensation_amount")
DECIDED = ("compensation_approval", "compensation_decided_by")


def keep(complaint) -> None:
	"""Say whether the amount has to be approved; what was decided holds while outcome and amount stay. A manager who enters it decides by that."""
	before = complaint.get_doc_before_save()
	if not complaint.outcome:
		complaint.compensation_amount = 0
	if complaint.flags.decides_compensation:
		return
	if before and _terms(before) == _terms(complaint):
		complaint.update({field: before.get(field) for field in DECIDED})
		return
	above = flt(complaint.compensation_amount) > flt(setting("compensation_limit"))
	by_manager = above and may_approve() and not complaint.flags.ignore_permissions
	complaint.compensation_approval = (APPROVED if by_manager else WAITING) if above else (NOT_NEEDED if complaint.outcome else None)
	complaint.compensation_decided_by = frappe.session.user if by_manager else None


def require_approval(complaint) -> None:
	"""Nobody promises a customer what no manager has approved."""
	before = complaint.get_doc_before_save()
	is_left = complaint.status != OPEN and (not before or before.status == OPEN or _terms(before) != _terms(complaint))
	if is_left and complaint.compensation_approval in (WAITING, REFUSED) and not frappe.flags.in_import:
		frappe.throw(
			_("The amount is above {0}; the CRM or dealer manager has to approve it first. Enter outcome and amount, save, and ask for the approval.").format(
				frappe.bold(frappe.format_value(flt(setting("compensation_limit")), {"fieldtype": "Currency"}))
			),
			CompensationNotApprovedError,
		)


def may_approve(user: str | None = None) -> bool:
	return bool(set(APPROVERS) & set(frappe.get_roles(user)))


def decide(complaint, approved: bool, note: str | None = None) -> None:
	"""Approve or refuse an amount above the limit, as the current user, who may."""
	if complaint.compensation_approval != WAITING:
		frappe.throw(_("There is no amount here that waits for approval."))
	if not approved and not (note or "").strip():
		frappe.throw(_("Say why the amount is refused."), frappe.MandatoryError)
	complaint.update({"compensation_approval": APPROVED if approved else REFUSED, "compensation_decided_by": frappe.session.user})
	complaint.flags.decides_compensation = True
	complaint.save(ignore_permissions=True)
	said = _("Amount approved") if approved else _("Amount refused")
	complaint.add_comment("Info", " · ".join(part for part in (said, escape_html(note or "")) if part))


def _terms(complaint) -> list:
	return [flt(complaint.get(field)) if field == "compensation_amount" else complaint.get(field) or "" for field in AGREED]
