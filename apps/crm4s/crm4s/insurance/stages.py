"""The way of a claim. Who drags a card, saves a form or calls an action meets the same rules, for they stand in the document's own validation."""

from datetime import date

from frappe.utils import add_days, cint, getdate

from crm4s.settings import setting

REPORTED, SURVEYED, ASSESSED, IN_REPAIR = "Reported", "Surveyed", "Assessed", "In Repair"
SUBMITTED, PAID, REJECTED, WITHDRAWN = "Submitted", "Paid Out", "Claim Rejected", "Withdrawn"
ENDED_UNPAID = (REJECTED, WITHDRAWN)
ENDED = (PAID, *ENDED_UNPAID)
OPEN = (REPORTED, SURVEYED, ASSESSED, IN_REPAIR, SUBMITTED)
FOLLOWING = {
	REPORTED: (SURVEYED, *ENDED_UNPAID),
	SURVEYED: (ASSESSED, *ENDED_UNPAID),
	# Who takes the money has the car repaired later, or elsewhere.
	ASSESSED: (IN_REPAIR, SUBMITTED, *ENDED_UNPAID),
	IN_REPAIR: (SUBMITTED, *ENDED_UNPAID),
	SUBMITTED: (PAID, *ENDED_UNPAID),
	PAID: (),
	# Back to where it was, by the action that asks why.
	REJECTED: (),
	WITHDRAWN: (),
}
# Fields that a stage asks for, whoever brings the claim there.
NEEDS = {
	SURVEYED: ("report_number", "surveyed_on", "surveyor"),
	ASSESSED: ("assessed_on",),
	IN_REPAIR: ("service_visit",),
	PAID: ("paid_amount", "paid_on", "paid_to"),
	REJECTED: ("end_reason",),
	WITHDRAWN: ("end_reason",),
}
# In the order in which they happen.
MOMENTS = ("loss_on", "reported_on", "surveyed_on", "assessed_on", "submitted_on", "paid_on")
# When a stage began, and the setting with the days until the next one is due.
DEADLINES = {
	REPORTED: ("reported_on", "claim_survey_days"),
	SURVEYED: ("surveyed_on", "claim_assessment_days"),
	ASSESSED: ("assessed_on", "claim_repair_start_days"),
	IN_REPAIR: ("repair_started_on", "claim_submission_days"),
	SUBMITTED: ("submitted_on", "claim_payment_days"),
}
# May get further losses after the assessment.
SUPPLEMENTED = (ASSESSED, IN_REPAIR)


def next_due(claim) -> date | None:
	"""The day until which the next step is due; None when the claim has ended, or the group sets no time for it."""
	if claim.status not in DEADLINES:
		return None
	began, days = DEADLINES[claim.status]
	days = cint(setting(days))
	return getdate(add_days(claim.get(began), days)) if days and claim.get(began) else None
